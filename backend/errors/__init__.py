"""The error tree: every failure that is shown to people, with its stable code and HTTP status.

The catalogues have `error.<code>.title` and `error.<code>.detail` for every class of this package,
in every language. Each room's errors are one file; what its `__all__` lists is exported here.

    TanyaError
    ├── BadInput 400            malformed or impossible requests
    │   ├── MalformedBody, BodyTooLarge 413, UnsupportedMediaType 415
    │   ├── MalformedRequest, RequestTimedOut 408, UrlTooLong 414, HeadTooLarge 431
    │   └── InvalidField, CursorInvalid, MessageTooLong …
    ├── NotSignedIn 401         init data and session failures, one code each
    ├── Forbidden 403
    ├── NotFound 404            also what belongs to someone else
    ├── MethodNotAllowed 405
    ├── Conflict 409            idempotency and state conflicts
    ├── QuestionRefused, AnswerWithheld 403   moderation
    ├── ReceiptNotRebuilt 410   what was sent cannot be made again
    ├── PaymentRequired 402     quota and plan limits
    ├── RateLimited 429         carries retry_after
    │   └── TooManyConnections
    ├── ProviderError 502       a model's provider failed (its subtree is drawn in models.py)
    └── Unavailable 503         this server cannot answer now
"""

from backend.errors import (
    base,
    billing,
    business,
    checks,
    console,
    control,
    conversations,
    files,
    generation,
    identity,
    models,
    privacy,
    safety,
    schedules,
    server,
    wording,
)
from backend.errors.base import *
from backend.errors.billing import *
from backend.errors.business import *
from backend.errors.checks import *
from backend.errors.console import *
from backend.errors.control import *
from backend.errors.conversations import *
from backend.errors.files import *
from backend.errors.generation import *
from backend.errors.identity import *
from backend.errors.models import *
from backend.errors.privacy import *
from backend.errors.safety import *
from backend.errors.schedules import *
from backend.errors.server import *
from backend.errors.wording import *

__all__ = [
    *base.__all__,
    *billing.__all__,
    *business.__all__,
    *checks.__all__,
    *console.__all__,
    *control.__all__,
    *conversations.__all__,
    *files.__all__,
    *generation.__all__,
    *identity.__all__,
    *models.__all__,
    *privacy.__all__,
    *safety.__all__,
    *schedules.__all__,
    *server.__all__,
    *wording.__all__,
]
