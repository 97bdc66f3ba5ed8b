"""What people do with their own data: copies of it, and erasing it."""

from backend.errors.base import BadInput, Conflict, NotFound

__all__ = [
    "ChatClosed",
    "ErasureBlocked",
    "ErasureNotAsked",
    "ErasureUnderWay",
    "ErasureWhileAnswering",
    "ErasureWhilePaying",
    "ExportLinkInvalid",
    "ImportDamaged",
    "ImportForeign",
    "ImportInvalid",
    "ImportOutOfOrder",
    "ImportTooLarge",
]


class ExportLinkInvalid(NotFound):
    """The link to a copy is not one of ours, was used, or its time is over."""

    code = "export_link_invalid"


class ImportInvalid(BadInput):
    """A copy cannot be taken; the subclass says why. Nothing of it was kept."""

    code = "import_invalid"


class ImportDamaged(ImportInvalid):
    """It was cut or changed on the way, or cannot be read."""

    code = "import_damaged"


class ImportForeign(ImportInvalid):
    """It is a ZIP, but not a copy that this program made, or one of a later version."""

    code = "import_foreign"


class ImportTooLarge(ImportInvalid):
    """It is over `limit` megabytes, or is too large when decompressed."""

    code = "import_too_large"


class ImportOutOfOrder(ImportInvalid):
    """It is a later part of a copy whose earlier parts were not brought."""

    code = "import_out_of_order"


class ErasureBlocked(Conflict):
    """A person cannot be erased now; the subclass says why. Nothing was erased."""

    code = "erasure_blocked"


class ErasureWhileAnswering(ErasureBlocked):
    """An answer is being written."""

    code = "erasure_while_answering"
    worth_retrying = True


class ErasureWhilePaying(ErasureBlocked):
    """A payment was let through and its outcome is not known yet."""

    code = "erasure_while_paying"
    worth_retrying = True


class ErasureUnderWay(Conflict):
    """The person's data is being erased: nothing is done for them until it is."""

    code = "erasure_under_way"


class ChatClosed(Conflict):
    """The bot cannot write to the person: they have not started it, or blocked it."""

    code = "chat_closed"


class ErasureNotAsked(NotFound):
    """There is no request to erase that could be confirmed, or its time is over."""

    code = "erasure_not_asked"
