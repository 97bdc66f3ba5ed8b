"""Signing in: one code for each way in which it can be refused."""

from backend.errors.base import NotFound, NotSignedIn

__all__ = [
    "InitDataDateMalformed",
    "InitDataDuplicateField",
    "InitDataError",
    "InitDataExpired",
    "InitDataForged",
    "InitDataFromFuture",
    "InitDataHashInvalid",
    "InitDataHashMissing",
    "InitDataMalformed",
    "InitDataMissing",
    "InitDataSignatureInvalid",
    "InitDataSignatureMissing",
    "InitDataTooLong",
    "InitDataUserIsBot",
    "InitDataUserMalformed",
    "InitDataUserMissing",
    "LaunchBeforeErasure",
    "LaunchBeforeSignOut",
    "PersonNotKnown",
    "SessionExpired",
    "SessionInvalid",
    "SessionRevoked",
    "UserNotFound",
    "UsernameNotKnown",
]


class UserNotFound(NotFound):
    """Nothing is kept of this person."""

    code = "user_not_found"


class PersonNotKnown(UserNotFound):
    """The same error, for an operator who named another person."""

    code = "person_not_known"


class UsernameNotKnown(PersonNotKnown):
    """Nobody was last seen with the username that an operator gave."""

    code = "username_not_known"


class InitDataError(NotSignedIn):
    """Telegram's init data was refused; the subclass says why."""

    code = "init_data_refused"


class InitDataMissing(InitDataError):
    """There is none: the page was opened outside Telegram, or from a keyboard button."""

    code = "init_data_missing"


class InitDataTooLong(InitDataError):
    """The string is longer than `limit` characters."""

    code = "init_data_too_long"


class InitDataMalformed(InitDataError):
    """The string is not a query string of readable fields; `field` may name one."""

    code = "init_data_malformed"


class InitDataDuplicateField(InitDataError):
    """A field appears twice."""

    code = "init_data_duplicate_field"


class InitDataHashMissing(InitDataError):
    """There is no `hash`."""

    code = "init_data_hash_missing"


class InitDataHashInvalid(InitDataError):
    """`hash` is not 64 lower-case hexadecimal digits."""

    code = "init_data_hash_invalid"


class InitDataSignatureMissing(InitDataError):
    """There is no `signature`, which a third party needs."""

    code = "init_data_signature_missing"


class InitDataSignatureInvalid(InitDataError):
    """`signature` is not 64 bytes in base64url without padding."""

    code = "init_data_signature_invalid"


class InitDataForged(InitDataError):
    """The signature is not Telegram's for this bot and these fields."""

    code = "init_data_forged"


class InitDataDateMalformed(InitDataError):
    """`auth_date` is missing or is not a number of seconds."""

    code = "init_data_date_malformed"


class InitDataFromFuture(InitDataError):
    """`auth_date` is ahead of this server's clock by more than a minute."""

    code = "init_data_from_future"


class InitDataExpired(InitDataError):
    """The launch is too old; opening the Mini App again fixes it."""

    code = "init_data_expired"


class LaunchBeforeErasure(InitDataError):
    """The person was erased after this launch; opening the Mini App again starts afresh."""

    code = "launch_before_erasure"


class LaunchBeforeSignOut(InitDataError):
    """The person signed out everywhere after this launch; opening the Mini App anew signs in."""

    code = "launch_before_sign_out"


class InitDataUserMissing(InitDataError):
    """The launch names no user."""

    code = "init_data_user_missing"


class InitDataUserIsBot(InitDataError):
    """The user is a bot: Mini Apps are opened by people."""

    code = "init_data_user_is_bot"


class InitDataUserMalformed(InitDataError):
    """`user` is not the JSON object that Telegram documents."""

    code = "init_data_user_malformed"


class SessionInvalid(NotSignedIn):
    """The bearer token is not one of ours."""

    code = "session_invalid"
    worth_retrying = True


class SessionExpired(NotSignedIn):
    """The bearer token has expired; opening a new session fixes it."""

    code = "session_expired"
    worth_retrying = True


class SessionRevoked(NotSignedIn):
    """The session was ended on purpose."""

    code = "session_revoked"
