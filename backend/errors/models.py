"""Models and their providers: what adapters raise, and what the router answers.

ProviderError 502              retryable  replaceable  billable
├── ProviderUnavailable            ✓          ✓                    no connection, 408, 409, 5xx
├── ProviderRateLimited            ✓          ✓                    too many requests
├── ProviderOverloaded             ✓          ✓                    no capacity
├── ProviderTimedOut                          ✓            ✓       first_event, idle, hard
├── ProviderGarbled                           ✓            ✓       not the protocol it should be
├── AnswerTruncated                           ✓            ✓       ended without its last event
├── ProviderRejectedKey                       ✓                    the operator's key is wrong
├── ProviderExhausted                         ✓                    no balance or credit left
├── ModelUnknown 400                          ✓                    no such model (there)
├── ModelInputUnsupported 422                 ✓                    it takes no such images or files
├── ProviderRejectedRequest                   ✓                    it does not understand us
├── ProviderRefused 422                                    ✓       its policy forbids the content
│   └── PictureRefused 422                                         too large or not readable for it
└── PromptTooLong 413                                              more than the model's window
"""

from typing import ClassVar

from backend.errors.base import BadInput, Forbidden, NotFound, TanyaError, Unavailable
from backend.errors.server import SettingsInvalid

__all__ = [
    "AnswerTruncated",
    "CatalogInvalid",
    "ConsentNeeded",
    "LocalModelFailed",
    "ModelInputUnsupported",
    "ModelUnknown",
    "NoModelFits",
    "PersonaUnknown",
    "PictureRefused",
    "PromptTooLong",
    "ProviderError",
    "ProviderExhausted",
    "ProviderGarbled",
    "ProviderNotFound",
    "ProviderOverloaded",
    "ProviderRateLimited",
    "ProviderRefused",
    "ProviderRejectedKey",
    "ProviderRejectedRequest",
    "ProviderTimedOut",
    "ProviderUnavailable",
    "TaskUnknown",
]


class ProviderNotFound(NotFound):
    """There is no such provider, or it needs no consent."""

    code = "provider_not_found"


class ProviderError(TanyaError):
    """A model's provider failed; `provider` is its id, `reason` its own error code if any.

    `retryable`: the same request may succeed there in a moment. `replaceable`: another provider may
    answer it. Neither applies once a part of the answer was shown. `billable`: it had accepted the
    request and may charge for its work until then.
    """

    code, status = "provider_failed", 502
    retryable: ClassVar[bool] = False
    replaceable: ClassVar[bool] = True
    billable: ClassVar[bool] = False


class ProviderUnavailable(ProviderError):
    """The provider cannot be reached or answers with a server error."""

    code = "provider_unavailable"
    retryable = True


class ProviderRateLimited(ProviderError):
    """The provider wants fewer requests; `retry_after` says when the next is accepted."""

    code, status = "provider_rate_limited", 503
    retryable = True


class ProviderOverloaded(ProviderError):
    """The provider has no capacity for the model now."""

    code, status = "provider_overloaded", 503
    retryable = True


class ProviderTimedOut(ProviderError):
    """The provider was silent or slow beyond the budget named by `kind`."""

    code, status = "provider_timed_out", 504
    billable = True


class ProviderGarbled(ProviderError):
    """The provider answered something that is not its protocol."""

    code = "provider_garbled"
    billable = True


class AnswerTruncated(ProviderError):
    """The connection ended before the answer was complete."""

    code = "answer_truncated"
    billable = True


class ProviderRejectedKey(ProviderError):
    """The provider does not accept the operator's key."""

    code = "provider_rejected_key"
    worth_retrying = False


class ProviderExhausted(ProviderError):
    """The operator's balance or quota at the provider is used up."""

    code = "provider_exhausted"
    worth_retrying = False


class ProviderRejectedRequest(ProviderError):
    """The provider calls the request malformed: our bug, not the person's."""

    code = "provider_rejected_request"
    worth_retrying = False


class ModelUnknown(ProviderError):
    """There is no such model, here or at its provider."""

    code, status = "model_unknown", 400


class ModelInputUnsupported(ProviderError):
    """The provider has the model, but not for what the message holds: images, audio, files."""

    code, status = "model_input_unsupported", 422


class ProviderRefused(ProviderError):
    """The provider's policy forbids the content; other providers are not tried."""

    code, status = "provider_refused", 422
    billable = True
    replaceable = False


class PictureRefused(ProviderRefused):
    """The provider does not take a picture as it is: its size, its format, what it holds."""

    code = "picture_refused"
    billable = False


class PromptTooLong(ProviderError):
    """The conversation is larger than the model's window; `limit` is in tokens if known."""

    code, status = "prompt_too_long", 413
    replaceable = False


class NoModelFits(Unavailable):
    """No active model can do what is asked; `need` names it (vision, files, search …)."""

    code = "no_model_fits"
    worth_retrying = False


class LocalModelFailed(Unavailable):
    """The local model's file or server is not there; `reason` says in a line why."""

    code = "local_model_failed"


class ConsentNeeded(Forbidden):
    """The person has not agreed that what they write goes to this `provider` (of `model`)."""

    code = "consent_needed"
    worth_retrying = True


class TaskUnknown(BadInput):
    """There is no such `task`, or it does not take, or lacks, the `option` named."""

    code = "task_unknown"


class PersonaUnknown(BadInput):
    """There is no `persona` of this id."""

    code = "persona_unknown"


class CatalogInvalid(SettingsInvalid):
    """The catalog of models is wrong; `file`, `line` and `reason` say where and why."""

    code = "catalog_invalid"
    worth_retrying = False
