"""What operators decide, and what an operator's role does not allow."""

from backend.errors.base import Conflict, Forbidden, NotFound, Unavailable

__all__ = [
    "BroadcastNotFound",
    "ConfirmationNotFound",
    "NotConfirmed",
    "PersonBanned",
    "RequestNotFound",
    "RoleForbids",
    "UnderMaintenance",
]


class PersonBanned(Forbidden):
    """The operator takes no questions or payments from this person, until `until` if that is
    given."""

    code = "person_banned"


class UnderMaintenance(Unavailable):
    """The operator has stopped new answers for a while."""

    code = "under_maintenance"


class RoleForbids(Forbidden):
    """The caller is no operator, or their role (`role`) may not do this."""

    code = "role_forbids"


class RequestNotFound(NotFound):
    """No such request for support waits for an answer."""

    code = "request_not_found"


class BroadcastNotFound(NotFound):
    """There is no such broadcast."""

    code = "broadcast_not_found"


class ConfirmationNotFound(NotFound):
    """Nothing waits for this confirmation: it was decided, or its time is over."""

    code = "confirmation_not_found"


class NotConfirmed(Conflict):
    """What costs or deletes is done once it was confirmed, and the confirmation did not fit."""

    code = "not_confirmed"
