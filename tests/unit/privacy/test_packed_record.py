"""Records are stored packed, and are the same bytes again.

Exercises backend/privacy/receipts_record.py.
"""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.privacy.receipts_record import PACKED, SHARED, pack_record, unpack_record

RECORD = (
    b'{"format":"tanya-receipt/1","id":"0199d2a1-7b1e-7c3a-9f00-5d2c6b1a4e90","number":7,'
    b'"previous":"5f2b8c0e91d7a4366b0c2d5e8f7a9b1c3d4e5f60718293a4b5c6d7e8f9012345",'
    b'"salt":"8c1f0b7a6d5e4c3b2a19080706050403","at":"2026-12-01T10:00:00.123456Z",'
    b'"purpose":"send","provider":"xai","model":"grok-4.7","endpoint":'
    b'"https://api.x.ai/v1/responses","claims":{"region":null,"retentionDays":30,"trains":false,'
    b'"source":"https://docs.x.ai/developers/faq/security","readOn":"2026-11-29"},"bytes":1832,'
    b'"sha256":"0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0",'
    b'"runId":"0199d2a1-7b1e-7c3a-9f00-5d2c6b1a4e91","conversationId":'
    b'"0199d2a1-7b1e-7c3a-9f00-5d2c6b1a4e92","messageId":"0199d2a1-7b1e-7c3a-9f00-5d2c6b1a4e93",'
    b'"messageIds":["0199d2a1-7b1e-7c3a-9f00-5d2c6b1a4e94"],"fileIds":[],"fields":["system",'
    b'"turns","max_output_tokens"],"prompts":["system@4"],"redacted":[]}'
)


@given(st.binary(max_size=2_000))
def test_any_record_is_the_same_again(tail: bytes) -> None:
    """Whatever is in it."""
    written = b"{" + tail
    assert unpack_record(pack_record(written)) == written


def test_a_record_takes_less_than_half() -> None:
    """Rows of receipts fit into a page of 512 bytes, which makes them cheap to close."""
    assert len(pack_record(RECORD)) < len(RECORD) * 0.4


def test_older_records_were_not_packed() -> None:
    """They are read as they are."""
    assert unpack_record(RECORD) == RECORD


def test_what_all_records_share_never_changes() -> None:
    """What was packed with it could not be read any more: another dictionary needs another mark."""
    assert PACKED == b"1"
    expected = "717ba98b820b9d2df93a4a3c500294ed8f28f5a1c8f73a5df8c2c14947a02058"
    assert hashlib.sha256(SHARED).hexdigest() == expected


@pytest.mark.parametrize("stored", [b"1", pack_record(RECORD)[:-3], b"1not deflated"])
def test_a_damaged_record(stored: bytes) -> None:
    """It is an error of its own, not half a record."""
    with pytest.raises(ValueError, match="damaged record"):
        unpack_record(stored)
