"""Receipts, and why the body of one cannot be made again."""

from backend.errors.base import BadInput, Conflict, NotFound, TanyaError

__all__ = [
    "ConversationStaysHere",
    "LookNotGranted",
    "ReceiptNotFound",
    "ReceiptNotRebuilt",
    "ReceiptOfTemporary",
    "ReceiptSourceChanged",
    "ReceiptSourceDeleted",
    "ReceiptSourceNotKept",
    "ReceiptsInvalid",
    "TemporaryTakesNoFiles",
]


class LookNotGranted(NotFound):
    """Nobody granted a look at this, or its time is over, or it was taken back."""

    code = "look_not_granted"


class ReceiptNotFound(NotFound):
    """The caller has no such receipt."""

    code = "receipt_not_found"


class ReceiptNotRebuilt(TanyaError):
    """What was sent cannot be made again; the subclass says why."""

    code, status = "receipt_not_rebuilt", 410


class ReceiptSourceDeleted(ReceiptNotRebuilt):
    """A message or file that was in it was deleted."""

    code = "receipt_source_deleted"


class ReceiptSourceChanged(ReceiptNotRebuilt):
    """A message or file that was in it is another now."""

    code = "receipt_source_changed"


class ReceiptSourceNotKept(ReceiptNotRebuilt):
    """It held a recording that was listened to and never kept."""

    code = "receipt_source_not_kept"


class ReceiptOfTemporary(ReceiptNotRebuilt):
    """It was sent from a temporary conversation: only its size and hash were kept."""

    code = "receipt_of_temporary"


class ConversationStaysHere(Conflict):
    """The conversation goes to models of this server only, and this would leave it."""

    code = "conversation_stays_here"


class TemporaryTakesNoFiles(BadInput):
    """Files, recordings and pictures are kept, and so are not for temporary conversations."""

    code = "temporary_takes_no_files"


class ReceiptsInvalid(BadInput):
    """A file of receipts is invalid; `reason` says why."""

    code = "receipts_invalid"
    for_operator = True
