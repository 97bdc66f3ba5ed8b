"""Verifying without a server: the command and the page say the same of the same files."""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import msgspec
import pytest
from click.testing import CliRunner

import hatch_build
from backend.db import KeyRing
from backend.privacy.receipts_command import receipts
from backend.privacy.receipts_record import (
    BEGINNING,
    ProviderClaims,
    ReceiptRecord,
    hash_of,
    write_record,
)
from backend.privacy.receipts_signing import ReceiptSigner

PAGE = Path(__file__).parents[3] / "docs" / "verify-receipts.html"
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
SIGNER = ReceiptSigner(KeyRing(b"k" * 32), lambda: NOW)


def chain(length: int = 3, signer: ReceiptSigner = SIGNER) -> dict[str, Any]:
    """A file of receipts that holds."""
    items, last, outcomes = [], BEGINNING, hashlib.sha256()
    for number in range(1, length + 1):
        record = ReceiptRecord(
            id=UUID(int=number), number=number, previous=last, salt="00", at=NOW, purpose="send",
            provider="xai", model="grok — 4", endpoint="https://api.x.ai/v1",
            claims=ProviderClaims(),
            bytes=10, sha256="0" * 64, run_id=None, conversation_id=None, message_id=None,
            message_ids=(), file_ids=(), fields=(), prompts=(),
        )  # fmt: skip
        written = write_record(record)
        last = hash_of(written).hex()
        outcome = '{"outcome":"stop"}'
        outcomes.update(outcome.encode() + b"\n")
        items.append({"record": written.decode(), "outcome": outcome})
    signed = msgspec.to_builtins(signer.sign(length, last, outcomes.hexdigest()))
    return {"format": "tanya-receipts/1", "receipts": items, "signed": signed}


def changed(change: Callable[[dict[str, Any]], object]) -> str:
    """The chain after a change."""
    made = chain()
    change(made)
    return json.dumps(made)


FILES = {
    "whole": (json.dumps(chain()), True),
    "empty": (json.dumps(chain(0)), True),
    "cut off": (json.dumps(chain())[:-40], False),
    "a record": (
        changed(lambda c: c["receipts"][1].update(record=c["receipts"][1]["record"] + " ")),
        False,
    ),
    "an outcome": (changed(lambda c: c["receipts"][1].update(outcome="{}")), False),
    "the last one gone": (changed(lambda c: c["receipts"].pop()), False),
    "another order": (changed(lambda c: c["receipts"].reverse()), False),
    "another signature": (
        changed(lambda c: c["signed"].update(signature=chain(2)["signed"]["signature"])),
        False,
    ),
    "no such form": (json.dumps({"format": "tanya-receipts/9"}), False),
}


@pytest.mark.parametrize("name", FILES)
def test_the_command(name: str, tmp_path: Path) -> None:
    """A file by itself, or within the ZIP of an export."""
    text, holds = FILES[name]
    alone, export = tmp_path / "receipts.json", tmp_path / "export.zip"
    alone.write_text(text)
    with ZipFile(export, "w") as archive:
        archive.writestr("receipts.json", text)
    for file in (alone, export):
        done = CliRunner().invoke(receipts, ["verify", str(file)])
        assert (done.exit_code == 0) == holds, done.output
        assert ("unbroken chain" in done.output) == holds


def test_the_command_compares_keys(tmp_path: Path) -> None:
    """A chain that somebody else signed is whole, and not the server's."""
    file = tmp_path / "receipts.json"
    file.write_text(json.dumps(chain(signer=ReceiptSigner(KeyRing(b"x" * 32), lambda: NOW))))
    mine = chain()["signed"]["publicKey"]
    assert CliRunner().invoke(receipts, ["verify", str(file)]).exit_code == 0
    assert CliRunner().invoke(receipts, ["verify", str(file), "--key", mine]).exit_code != 0


RUN_PAGE = """
const { readFileSync } = require("node:fs");
const [script, files] = process.argv.slice(1).map((path) => readFileSync(path, "utf8"));
const verify = new Function("crypto", script + "; return verify;")(globalThis.crypto);
(async () => {
  const found = {};
  for (const [name, text] of Object.entries(JSON.parse(files)))
    found[name] = await verify(text, "").then(({ signed }) => signed === true, () => false);
  console.log(JSON.stringify(found));
})();
"""


def test_the_page(tmp_path: Path) -> None:
    """Its own script, run by the engine of a browser, judges each file as the command does."""
    import subprocess

    node, _, environment = hatch_build.find_node()
    script = re.search(r"<script>(.*)</script>", PAGE.read_text(), re.DOTALL)
    assert script is not None
    (tmp_path / "script.js").write_text(script.group(1))
    (tmp_path / "files.json").write_text(json.dumps({k: text for k, (text, _) in FILES.items()}))
    command = [node, "-e", RUN_PAGE, str(tmp_path / "script.js"), str(tmp_path / "files.json")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == {name: holds for name, (_, holds) in FILES.items()}


def test_the_page_needs_no_network() -> None:
    """It names no address but its own server's in words, and its policy forbids all requests."""
    page = PAGE.read_text()
    assert "default-src 'none'" in page
    assert "connect-src" not in page
    assert not re.search(r"(src|href)=|https?://|fetch\(|XMLHttp|import\(", page)
