"""Copies of a PostgreSQL database made with PostgreSQL's own tools: `pg_dump --format=custom` reads
one snapshot while everything runs, and `pg_restore` restores it in one transaction.

The tools must be on PATH and no older than the server
(https://www.postgresql.org/docs/current/app-pgdump.html).
"""

import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import click

LIST = "TABLE DATA public alembic_version"
"""A table that every complete copy of Tanya's database contains."""


def dump(url: str, target: Path) -> None:
    """Copy the database into a new file that only its owner may read, and check the copy.

    Raises:
        click.ClickException: a tool is missing or failed, or `target` is there.
    """
    if target.exists():
        raise click.ClickException(f"{target} exists already: nothing is overwritten")
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        _run("pg_dump", url, "--format=custom", "--no-owner", "--no-acl", f"--file={partial}")
        check_dump(partial)
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)


def restore_dump(url: str, source: Path) -> None:
    """Restore a verified copy into an empty database, as a whole or not at all.

    Raises:
        click.ClickException: as `dump`, or there are tables already.
    """
    check_dump(source)
    tables = _run("pg_dump", url, "--schema-only", "--schema=public", "--no-comments")
    if "CREATE TABLE" in tables:
        raise click.ClickException("the database has tables already: nothing is overwritten")
    _run(
        "pg_restore", url, "--no-owner", "--no-acl", "--exit-on-error", "--single-transaction",
        str(source),
    )  # fmt: skip


def check_dump(path: Path) -> None:
    """Read the whole copy and check that it is one of Tanya's.

    Raises:
        click.ClickException: it is not.
    """
    listed = _tool("pg_restore", ["--list", str(path)], {})
    read = _tool("pg_restore", [f"--file={os.devnull}", str(path)], {})
    if listed.returncode or read.returncode or LIST not in listed.stdout:
        raise click.ClickException(f"{path} is no sound copy of a database of Tanya's")


def _run(tool: str, url: str, *arguments: str) -> str:
    """What a tool prints. The password is passed in its environment, since other users can see
    arguments."""
    from backend.db import (
        parse_address,
    )  # imported here: the command line starts without the database

    parts = urlsplit(parse_address(url).dsn)
    person, at, host = parts.netloc.rpartition("@")
    user, _, password = person.partition(":")
    address = urlunsplit(parts._replace(netloc=user + at + host))
    secret = {"PGPASSWORD": unquote(password)} if password else {}
    done = _tool(tool, [f"--dbname={address}", *arguments], secret)
    if done.returncode:
        said = " ".join(done.stderr.split()) or "no word"
        raise click.ClickException(f"{tool} failed: {said[:300]}")
    return done.stdout


def _tool(
    name: str, arguments: list[str], more: dict[str, str]
) -> "subprocess.CompletedProcess[str]":
    if (path := shutil.which(name)) is None:
        raise click.ClickException(f"{name} is not on PATH: install PostgreSQL's client tools")
    return subprocess.run(
        [path, *arguments], env=os.environ | more, capture_output=True, text=True, check=False
    )
