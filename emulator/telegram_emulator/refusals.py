"""Errors for the bot, in the Bot API's form. The page gets `errors.ActionRefused`."""

PREFIXES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found"}


class ApiError(Exception):
    """A refused call. `description` follows "Bad Request: " and the like."""

    def __init__(
        self,
        description: str,
        code: int = 400,
        retry_after: int | None = None,
        migrate_to: int | None = None,
    ) -> None:
        prefix = PREFIXES.get(code, "")
        words = _lowered(description) if prefix else description
        self.description = ": ".join(part for part in (prefix, words) if part)
        self.code = code
        self.retry_after = retry_after
        self.migrate_to = migrate_to
        super().__init__(self.description)


def _lowered(words: str) -> str:
    """With a lower-case first letter, as Telegram writes it, except for CODE_WORDS."""
    if len(words) > 1 and (words[1] == "_" or words[1].isupper()):
        return words
    return words[:1].lower() + words[1:]


def too_many_requests(retry_after: int) -> ApiError:
    """429, with the seconds to wait."""
    return ApiError(f"Too Many Requests: retry after {retry_after}", 429, retry_after)


def migrated(to: int) -> ApiError:
    """The error for a group that has become a supergroup, with the new id."""
    return ApiError("group chat was upgraded to a supergroup chat", migrate_to=to)
