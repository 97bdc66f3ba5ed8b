"""Files and web pages."""

from backend.errors.base import BadInput, Conflict, NotFound, PaymentRequired, Unavailable

__all__ = [
    "FileBomb",
    "FileDamaged",
    "FileEmpty",
    "FileEncrypted",
    "FileInUse",
    "FileMismatch",
    "FileNotFound",
    "FilePolyglot",
    "FileRefused",
    "FileStorageFull",
    "FileTooComplex",
    "FileTooLarge",
    "FileUnsupported",
    "FilesUnreachable",
    "ImagesNotAvailable",
    "ImagesNotInPlan",
    "ModelCannotRead",
    "ModelCannotSearch",
    "ModelCannotSee",
    "PageForbidden",
    "PageNotRead",
    "PageTimedOut",
    "PageTooLarge",
    "PageUnreachable",
    "PageUnsupported",
    "SearchNotAvailable",
    "SearchNotInPlan",
    "SpeechNotAvailable",
    "TooManyFiles",
    "VoiceNotAvailable",
    "VoiceUnclear",
]


class FileNotFound(NotFound):
    """The caller has no such file."""

    code = "file_not_found"


class FilesUnreachable(Unavailable):
    """The store that keeps files' contents does not answer or refuses; nothing was changed."""

    code = "files_unreachable"


class FileInUse(Conflict):
    """The file is part of a message; it goes with its conversation."""

    code = "file_in_use"


class TooManyFiles(BadInput):
    """A message may bring at most `limit` files on this plan."""

    code = "too_many_files"


class FileTooLarge(BadInput):
    """The file is over the plan's `limit` in megabytes."""

    code, status = "file_too_large", 413


class FileStorageFull(PaymentRequired):
    """The person's files together would be over the plan's `limit` in megabytes."""

    code = "file_storage_full"
    worth_retrying = False


class FileRefused(BadInput):
    """The file's content is not one that can be taken; the subclass says why."""

    code, status = "file_refused", 422


class FileEmpty(FileRefused):
    """There is nothing in it."""

    code = "file_empty"


class FileUnsupported(FileRefused):
    """It is of a kind that is not read: neither picture, PDF, DOCX, text nor recording."""

    code, status = "file_unsupported", 415


class FileMismatch(FileRefused):
    """Its name or declared type says another kind than its content is (`kind`)."""

    code, status = "file_mismatch", 415


class FileDamaged(FileRefused):
    """It is not whole, or not what its first bytes promise."""

    code = "file_damaged"


class FileEncrypted(FileRefused):
    """It opens with a password only."""

    code = "file_encrypted"


class FileBomb(FileRefused):
    """It decompresses to far more than its size."""

    code = "file_bomb"


class FilePolyglot(FileRefused):
    """It is two kinds of file at once, or hides another within."""

    code = "file_polyglot"


class FileTooComplex(FileRefused):
    """Reading it took more time or memory than a file may take."""

    code = "file_too_complex"


class VoiceNotAvailable(Unavailable):
    """No provider here can turn speech into text."""

    code = "voice_not_available"
    worth_retrying = False


class SpeechNotAvailable(Unavailable):
    """No provider here can turn text into speech."""

    code = "speech_not_available"


class VoiceUnclear(FileRefused):
    """No words were found in the recording."""

    code = "voice_unclear"


class ModelCannotSee(BadInput):
    """The model (`model`) cannot look at pictures, and the message brings one."""

    code, status = "model_cannot_see", 422


class ModelCannotRead(BadInput):
    """The model (`model`) reads no files, and the message brings a scan without any text."""

    code, status = "model_cannot_read", 422


class ModelCannotSearch(BadInput):
    """The model (`model`) cannot search, and the message asks for it."""

    code, status = "model_cannot_search", 422


class SearchNotAvailable(Unavailable):
    """No model that the person may use can search."""

    code = "search_not_available"
    worth_retrying = False


class SearchNotInPlan(PaymentRequired):
    """The person's plan does not have searches."""

    code = "search_not_in_plan"


class ImagesNotAvailable(Unavailable):
    """No provider here makes images."""

    code = "images_not_available"
    worth_retrying = False


class ImagesNotInPlan(PaymentRequired):
    """The person's plan does not have images."""

    code = "images_not_in_plan"


class PageNotRead(BadInput):
    """A web page could not be brought; the subclass says why. A notice, where there is more to
    answer."""

    code, status = "page_not_read", 422


class PageForbidden(PageNotRead):
    """The address is not a public web page's."""

    code = "page_forbidden"


class PageUnreachable(PageNotRead):
    """Its server cannot be found or reached, or did not give the page; `status` may say how."""

    code = "page_unreachable"
    worth_retrying = True


class PageTimedOut(PageNotRead):
    """Its server took too long."""

    code = "page_timed_out"
    worth_retrying = True


class PageTooLarge(PageNotRead):
    """It is larger than pages that are read."""

    code = "page_too_large"


class PageUnsupported(PageNotRead):
    """It is neither HTML, plain text nor PDF, or holds no text."""

    code = "page_unsupported"
