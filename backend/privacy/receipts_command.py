"""`tanya receipts verify FILE`: needs no server, no database and no settings."""

from pathlib import Path

import click

from backend.privacy.receipts_verify import read_file, verify


@click.group()
def receipts() -> None:
    """Receipts of what was sent to providers."""


@receipts.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", "keys", multiple=True, help="A key of the server's, as it publishes them.")
def verify_file(file: Path, keys: tuple[str, ...]) -> None:
    """Verify a file of receipts, or an export that holds one."""
    found = verify(read_file(file), keys)
    click.echo(f"{found.count} receipts, in one unbroken chain.")
    click.echo(f"Signed on {found.head.signed_at:%Y-%m-%d %H:%M} UTC with the key")
    click.echo(f"  {found.public_key}")
    if found.known is None:
        click.echo("Compare it with /.well-known/tanya-receipt-keys.json, or give it as --key.")
    click.echo("Receipts prove what was sent from the server, not what a provider did with it.")
