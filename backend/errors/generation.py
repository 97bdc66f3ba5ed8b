"""Runs and the delivery of answers."""

from backend.errors.base import Conflict, NotFound, TanyaError, Unavailable

__all__ = [
    "AnswerTooLong",
    "CourierGone",
    "CourierRetry",
    "IdempotencyConflict",
    "RunInterrupted",
    "RunNotFound",
    "ServerBusy",
    "ServerDraining",
    "StopNotDelivered",
]


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
    worth_retrying = False


class CourierRetry(TanyaError):
    """The bot chat accepts nothing now; `retry_after` says when it may."""

    code, status = "courier_retry", 503


class CourierGone(TanyaError):
    """The person does not let the bot write to them; do not retry."""

    code, status = "courier_gone", 410
