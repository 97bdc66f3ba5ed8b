"""The error tree: every failure a person can meet, with its stable code and HTTP status.

Wording does not live here: the catalogue holds `error.<code>.title` and
`error.<code>.detail` for every class below, in every language.

    TanyaError
    ├── BadInput 400            malformed or impossible requests
    │   ├── MalformedBody, BodyTooLarge 413, UnsupportedMediaType 415
    │   └── InvalidField, CursorInvalid, MessageTooLong …
    ├── NotSignedIn 401         init data and session failures, one code each
    ├── Forbidden 403
    ├── NotFound 404            also what belongs to someone else
    ├── MethodNotAllowed 405
    ├── Conflict 409            idempotency and state conflicts
    ├── PaymentRequired 402     quota and plan limits
    ├── RateLimited 429         carries retry_after
    ├── ProviderError 502       a model's provider failed (subtree in the second half)
    └── Unavailable 503         this server cannot answer now
"""

from typing import ClassVar

Detail = str | int | bool | None


class TanyaError(Exception):
    """A failure with a stable `code`.

    `details` are shown to the caller, so they never hold secrets or message text.
    `retry_after` is in seconds.
    """

    code: ClassVar[str] = "internal_error"
    status: ClassVar[int] = 500

    def __init__(self, *, retry_after: float | None = None, **details: Detail) -> None:
        super().__init__(self.code)
        self.retry_after = retry_after
        self.details = details

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.details.items())
        return f"{self.code} ({shown})" if shown else self.code


# ── Requests ────────────────────────────────────────────────────────────────────────────


class BadInput(TanyaError):
    """The request cannot be understood or asks for the impossible."""

    code, status = "bad_input", 400


class MalformedBody(BadInput):
    """The body is not the JSON that the endpoint takes; `field` names where."""

    code = "malformed_body"


class InvalidField(BadInput):
    """One named field holds a value that is not allowed."""

    code = "invalid_field"


class BodyTooLarge(BadInput):
    """The body is over the endpoint's limit, given in `limit` bytes."""

    code, status = "body_too_large", 413


class UnsupportedMediaType(BadInput):
    """The body has a content type that the endpoint does not take."""

    code, status = "unsupported_media_type", 415


class MessageTooLong(BadInput):
    """A message's text is over `limit` characters."""

    code = "message_too_long"


class CursorInvalid(BadInput):
    """A page cursor that this server did not make."""

    code = "cursor_invalid"


class EmulatorRefused(BadInput):
    """The emulated Telegram client cannot do this; `reason` is Telegram's word or a sentence."""

    code = "emulator_refused"


class Forbidden(TanyaError):
    """The caller is known and may not do this."""

    code, status = "forbidden", 403


class NotFound(TanyaError):
    """There is no such thing, or it is someone else's; the answer is the same."""

    code, status = "not_found", 404


class UserNotFound(NotFound):
    """Nothing is kept of this person."""

    code = "user_not_found"


class ProviderNotFound(NotFound):
    """There is no such provider, or it needs no consent."""

    code = "provider_not_found"


class ConversationNotFound(NotFound):
    """The caller has no such conversation."""

    code = "conversation_not_found"


class MessageNotFound(NotFound):
    """The caller has no such message in this conversation."""

    code = "message_not_found"


class MethodNotAllowed(TanyaError):
    """The address exists, but not for this HTTP method."""

    code, status = "method_not_allowed", 405


class Conflict(TanyaError):
    """The request contradicts what is already stored."""

    code, status = "conflict", 409


class ConversationExists(Conflict):
    """The caller already has a conversation with this id."""

    code = "conversation_exists"


class MessageExists(Conflict):
    """The caller already has a message with this id."""

    code = "message_exists"


class AnswerNotContinuable(Conflict):
    """Only an answer that ended early can go on."""

    code = "answer_not_continuable"


class PaymentRequired(TanyaError):
    """The person's plan does not cover the request."""

    code, status = "payment_required", 402


class RateLimited(TanyaError):
    """Too many requests; `retry_after` tells when the next one is welcome."""

    code, status = "rate_limited", 429


class NotSignedIn(TanyaError):
    """The caller could not be identified."""

    code, status = "not_signed_in", 401


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
    """The launch is too long ago; opening the Mini App anew mends it."""

    code = "init_data_expired"


class InitDataUserMissing(InitDataError):
    """The launch names no user."""

    code = "init_data_user_missing"


class InitDataUserMalformed(InitDataError):
    """`user` is not the JSON object that Telegram documents."""

    code = "init_data_user_malformed"


class SessionInvalid(NotSignedIn):
    """The bearer token is not one of ours."""

    code = "session_invalid"


class SessionExpired(NotSignedIn):
    """The bearer token's time is over; opening a new session mends it."""

    code = "session_expired"


class SessionRevoked(NotSignedIn):
    """The session was ended on purpose."""

    code = "session_revoked"


class Unavailable(TanyaError):
    """This server cannot answer now, though the request is fine."""

    code, status = "unavailable", 503


class StorageFull(Unavailable):
    """The disk or the database has no room left; nothing was written."""

    code, status = "storage_full", 507


class StorageBusy(Unavailable):
    """The database did not become free in time; nothing was written."""

    code = "storage_busy"


class TelegramUnreachable(Unavailable):
    """Telegram's Bot API refused or did not answer; `reason` names how."""

    code = "telegram_unreachable"


class DatabaseUnready(Unavailable):
    """The database cannot be reached, or has another version's tables; `reason` says which."""

    code = "database_unready"


class PortBusy(Unavailable):
    """Another program listens on the port."""

    code = "port_busy"


class TextUnreadable(TanyaError):
    """Stored text does not open with this MASTER_KEY, or its bytes were altered."""

    code, status = "text_unreadable", 500


class SettingsInvalid(TanyaError):
    """A setting is missing or malformed; `name` and `reason` tell which and why."""

    code = "settings_invalid"


# ── Models and their providers ──────────────────────────────────────────────────────────
#
#    ProviderError 502                 retryable   replaceable
#    ├── ProviderUnavailable               ✓           ✓        no connection, 408, 409, 5xx
#    ├── ProviderRateLimited               ✓           ✓        too many requests
#    ├── ProviderOverloaded                ✓           ✓        no capacity
#    ├── ProviderTimedOut                              ✓        `kind`: first_event, idle, hard
#    ├── ProviderGarbled                               ✓        not the protocol it should be
#    ├── AnswerTruncated                               ✓        ended without its last event
#    ├── ProviderRejectedKey                           ✓        the operator's key is wrong
#    ├── ProviderExhausted                             ✓        no balance, quota or credit left
#    ├── ModelUnknown 400                              ✓        no such model (there)
#    ├── ProviderRejectedRequest                       ✓        it does not understand us
#    ├── ProviderRefused 422                                    its policy forbids the content
#    └── PromptTooLong 413                                      more than the model's window


class ProviderError(TanyaError):
    """A model's provider failed; `provider` is its id, `reason` its own error code if any.

    `retryable`: the same request may succeed there in a moment. `replaceable`: another
    provider may well answer it. Neither holds once a part of the answer has been shown.
    """

    code, status = "provider_failed", 502
    retryable: ClassVar[bool] = False
    replaceable: ClassVar[bool] = True


class ProviderUnavailable(ProviderError):
    """The provider cannot be reached or answers with a server error."""

    code = "provider_unavailable"
    retryable = True


class ProviderRateLimited(ProviderError):
    """The provider wants fewer requests; `retry_after` tells when the next is welcome."""

    code, status = "provider_rate_limited", 503
    retryable = True


class ProviderOverloaded(ProviderError):
    """The provider has no capacity for the model now."""

    code, status = "provider_overloaded", 503
    retryable = True


class ProviderTimedOut(ProviderError):
    """The provider was silent or slow beyond the budget named by `kind`."""

    code, status = "provider_timed_out", 504


class ProviderGarbled(ProviderError):
    """The provider answered something that is not its protocol."""

    code = "provider_garbled"


class AnswerTruncated(ProviderError):
    """The connection ended before the provider said that the answer does."""

    code = "answer_truncated"


class ProviderRejectedKey(ProviderError):
    """The provider does not accept the operator's key."""

    code = "provider_rejected_key"


class ProviderExhausted(ProviderError):
    """The operator's balance or quota at the provider is used up."""

    code = "provider_exhausted"


class ProviderRejectedRequest(ProviderError):
    """The provider calls the request malformed: ours to mend, not the person's."""

    code = "provider_rejected_request"


class ModelUnknown(ProviderError):
    """There is no such model, here or at its provider."""

    code, status = "model_unknown", 400


class ProviderRefused(ProviderError):
    """The provider's policy forbids the content; asking elsewhere is not ours to try."""

    code, status = "provider_refused", 422
    replaceable = False


class PromptTooLong(ProviderError):
    """The conversation is larger than the model's window; `limit` is in tokens if known."""

    code, status = "prompt_too_long", 413
    replaceable = False


class NoModelFits(Unavailable):
    """No active model can do what is asked; `need` names it (vision, files, search …)."""

    code = "no_model_fits"


class LocalModelFailed(Unavailable):
    """The local model's file or server is not there; `reason` says in a line why."""

    code = "local_model_failed"


class ConsentNeeded(Forbidden):
    """The person has not agreed that what they write goes to this `provider` (of `model`)."""

    code = "consent_needed"


class TaskUnknown(BadInput):
    """There is no such `task`, or it does not take, or lacks, the `option` named."""

    code = "task_unknown"


class CatalogInvalid(SettingsInvalid):
    """The catalog of models is wrong; `file`, `line` and `reason` say where and why."""

    code = "catalog_invalid"


# ── Plans and money ─────────────────────────────────────────────────────────────────────


class QuotaExhausted(PaymentRequired):
    """The day's `limit` of messages and the credits are used up; `renewsAt` tells until when."""

    code = "quota_exhausted"


class ModelNotInPlan(PaymentRequired):
    """The person's plan does not have models of this price class."""

    code = "model_not_in_plan"


class TooManyRuns(RateLimited):
    """As many answers as the plan allows (`limit`) are being written already."""

    code = "too_many_runs"


class ReservationEnded(Conflict):
    """The run's reservation was settled or returned already; a new run needs a new id."""

    code = "reservation_ended"


class PlanNotFound(NotFound):
    """There is no such plan, or it is not for sale."""

    code = "plan_not_found"


class AlreadySubscribed(Conflict):
    """The person has a subscription that renews; a second one would be paid for nothing."""

    code = "already_subscribed"


class OrderNotFound(NotFound):
    """The caller has no such order."""

    code = "order_not_found"


class SubscriptionNotFound(NotFound):
    """The caller has no subscription that this could be done to."""

    code = "subscription_not_found"


class PaymentNotFound(NotFound):
    """No payment with this charge id is in the books."""

    code = "payment_not_found"


class TrialUsed(Conflict):
    """The person had their trial, or has the plan already."""

    code = "trial_used"


class GiftNotFound(NotFound):
    """There is no gift under this code, or its payment was refunded."""

    code = "gift_not_found"


class GiftUsed(Conflict):
    """The gift was redeemed already."""

    code = "gift_used"


class StarsUnavailable(Unavailable):
    """Telegram did not take a request about Stars; it may in a moment."""

    code = "stars_unavailable"


class ChargeAlreadyRefunded(Conflict):
    """Telegram says that the payment was refunded before: for a refund, success."""

    code = "charge_already_refunded"


class StarsRefused(Conflict):
    """Telegram refuses a request about Stars for good; `reason` is its own error text."""

    code = "stars_refused"


class MovementUnbalanced(TanyaError):
    """A ledger movement does not sum to zero: a mistake in this program, and never booked."""

    code = "movement_unbalanced"


class PeriodNotOver(Conflict):
    """`month` cannot be closed yet: it, or its hold for late news, is not over."""

    code = "period_not_over"


class PeriodClosed(Conflict):
    """`month` is closed already, and closed periods stay closed."""

    code = "period_closed"


class PartnerNotFound(NotFound):
    """There is no agreement with a partner of this name for the month."""

    code = "partner_not_found"


class AgreementsInvalid(SettingsInvalid):
    """The file of agreements is wrong; `name` and `reason` say where and why."""

    code = "agreements_invalid"


# ── Writing answers ─────────────────────────────────────────────────────────────────────


class IdempotencyConflict(Conflict):
    """The same id was sent before with other content."""

    code = "idempotency_conflict"


class RunNotFound(NotFound):
    """The caller has no such run."""

    code = "run_not_found"


class ServerBusy(Unavailable):
    """This server writes as many answers as it can and its queue is full."""

    code = "server_busy"


class ServerDraining(Unavailable):
    """This server is about to stop and begins nothing new; another will answer."""

    code = "server_draining"


class StopNotDelivered(Unavailable):
    """The run is another process's, and there is no way to reach it now."""

    code = "stop_not_delivered"


class RunInterrupted(Unavailable):
    """The server stopped while it wrote the answer; what was written is kept."""

    code = "run_interrupted"


class AnswerTooLong(Unavailable):
    """The answer went on past `limit` characters and was cut there."""

    code = "answer_too_long"


class CourierRetry(TanyaError):
    """The bot chat takes nothing now; `retry_after` tells when it may."""

    code, status = "courier_retry", 503


class CourierGone(TanyaError):
    """The person does not let the bot write to them: delivering again is of no use."""

    code, status = "courier_gone", 410


# ── Files and web pages ─────────────────────────────────────────────────────────────────


class FileNotFound(NotFound):
    """The caller has no such file."""

    code = "file_not_found"


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
    """It unfolds to far more than its size."""

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


class SearchNotInPlan(PaymentRequired):
    """The person's plan does not have searches."""

    code = "search_not_in_plan"


class ImagesNotAvailable(Unavailable):
    """No provider here makes images."""

    code = "images_not_available"


class ImagesNotInPlan(PaymentRequired):
    """The person's plan does not have images."""

    code = "images_not_in_plan"


class PageNotRead(BadInput):
    """A web page could not be brought; the subclass says why. Only ever told as a notice."""

    code, status = "page_not_read", 422


class PageForbidden(PageNotRead):
    """The address is not a public web page's."""

    code = "page_forbidden"


class PageUnreachable(PageNotRead):
    """Its server cannot be found or reached, or did not give the page; `status` may say how."""

    code = "page_unreachable"


class PageTimedOut(PageNotRead):
    """Its server took too long."""

    code = "page_timed_out"


class PageTooLarge(PageNotRead):
    """It is larger than pages that are read."""

    code = "page_too_large"


class PageUnsupported(PageNotRead):
    """It is neither HTML, plain text nor PDF, or holds no text."""

    code = "page_unsupported"
