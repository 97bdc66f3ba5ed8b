"""Privacy: consents, receipts, export and import, erasure, the access log."""

from backend.privacy.access_log import AccessLog, OperatorAction, count_accesses
from backend.privacy.consent import Consent, Consents, erase, export
from backend.privacy.data_map import declarations
from backend.privacy.looks import GrantedLook, GrantedLooks, forget_old_looks
from backend.privacy.policy_wording import policy_lines
from backend.privacy.receipts import Receipts, erase_receipts
from backend.privacy.receipts_export import export_receipts, receipts_copy
from backend.privacy.receipts_reading import (
    Receipt,
    ReceiptOutcome,
    get_receipt,
    rebuild_body,
    receipts_of_message,
)
from backend.privacy.receipts_record import ProviderClaims, ReceiptRecord, claims_of
from backend.privacy.receipts_signing import ReceiptSigner
from backend.privacy.signing_keys import PublicKey

__all__ = [
    "AccessLog",
    "Consent",
    "Consents",
    "GrantedLook",
    "GrantedLooks",
    "OperatorAction",
    "ProviderClaims",
    "PublicKey",
    "Receipt",
    "ReceiptOutcome",
    "ReceiptRecord",
    "ReceiptSigner",
    "Receipts",
    "claims_of",
    "count_accesses",
    "declarations",
    "erase",
    "erase_receipts",
    "export",
    "export_receipts",
    "forget_old_looks",
    "get_receipt",
    "policy_lines",
    "rebuild_body",
    "receipts_copy",
    "receipts_of_message",
]
