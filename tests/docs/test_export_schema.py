"""The schema of a person's copy as the documentation publishes it."""

import msgspec

from backend.privacy.archive import json_schema
from tests.architecture.source import ROOT


def test_the_published_schema_is_the_one_in_every_copy() -> None:
    """`python -m backend.privacy.archive.schemas` writes it."""
    published = (ROOT / "docs" / "export-schema.json").read_bytes()
    assert msgspec.json.decode(published) == msgspec.json.decode(msgspec.json.encode(json_schema()))
