"""A certificate as text, for `tanya erasure verify FILE`."""

from collections.abc import Callable

from backend.db import KeyRing, decode_master_key
from backend.privacy.erasure.certificate import CertificateSigner, VerifiedCertificate, verify


def print_certificate(data: bytes, master_key: str, echo: Callable[[str], object]) -> bool:
    """Describe whether it is valid and what it says; with a master key, also whether it is this
    server's."""
    found = verify(data)
    if found is None:
        echo("This is no certificate of erasure, or it was cut or changed: it proves nothing.")
        return False
    echo(f"The signature holds. {_whose(found, master_key)}")
    certificate = found.certificate
    echo(f"Certificate {certificate.id}")
    echo(f"Person      SHA-256({certificate.salt} + Telegram id) = {certificate.person}")
    echo(f"Asked       {certificate.asked_at:%Y-%m-%d %H:%M:%S} UTC")
    echo(f"Confirmed   {certificate.confirmed_at:%Y-%m-%d %H:%M:%S} UTC; the key was destroyed")
    echo(f"Erased      {certificate.erased_at:%Y-%m-%d %H:%M:%S} UTC")
    for rows in certificate.erased:
        echo(f"  {rows.count:>9}  {rows.what}{f'  {rows.hash}' if rows.hash else ''}")
    for line in certificate.kept:
        echo(f"Kept: {line}")
    for held in certificate.providers:
        until = f"until {held.until:%Y-%m-%d}" if held.until else "for a time that is not known"
        echo(f"{held.name} may hold requests {until}")
    return True


def _whose(found: VerifiedCertificate, master_key: str) -> str:
    if not master_key:
        return f"It was made with the key {found.public_key}."
    signer = CertificateSigner(KeyRing(decode_master_key(master_key)))
    if signer.is_ours(found.public_key):
        return "It is this server's."
    return f"It is NOT of the master key that is set now, but of {found.public_key}."
