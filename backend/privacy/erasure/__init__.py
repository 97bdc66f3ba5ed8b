"""Erasure of a person: requested in the app or the chat, confirmed in the chat, certified."""

from backend.privacy.erasure.certificate import Certificate, CertificateSigner, SignedCertificate
from backend.privacy.erasure.ports import ErasureChat
from backend.privacy.erasure.printing import print_certificate
from backend.privacy.erasure.service import Erasures, ErasureStanding

__all__ = [
    "Certificate",
    "CertificateSigner",
    "ErasureChat",
    "ErasureStanding",
    "Erasures",
    "SignedCertificate",
    "print_certificate",
]
