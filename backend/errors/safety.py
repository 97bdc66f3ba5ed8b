"""What moderation refuses, appeals, a minimum age, and what an operator does not offer."""

from backend.errors.base import Forbidden, NotFound, Unavailable

__all__ = [
    "AgeUnknown",
    "AnswerWithheld",
    "FeatureOff",
    "ModerationUnavailable",
    "NotOfferedHere",
    "QuestionRefused",
    "RefusalNotFound",
    "TooYoung",
]


class QuestionRefused(Forbidden):
    """The service's rules do not let this be asked; its person can appeal."""

    code = "question_refused"


class AnswerWithheld(Forbidden):
    """The service's rules do not let this answer be shown; its person can appeal."""

    code = "answer_withheld"


class ModerationUnavailable(Unavailable):
    """Moderation is unavailable, and the operator refuses everything then."""

    code = "moderation_unavailable"


class RefusalNotFound(NotFound):
    """The caller has no such refusal."""

    code = "refusal_not_found"


class AgeUnknown(Forbidden):
    """The operator asks for an `age`, and the caller has not said whether they have it."""

    code = "age_unknown"


class TooYoung(Forbidden):
    """The caller has said that they are younger than `age`."""

    code = "too_young"


class NotOfferedHere(Forbidden):
    """The operator does not offer the service in the caller's language or country."""

    code = "not_offered_here"


class FeatureOff(NotFound):
    """The operator has switched this off."""

    code = "feature_off"
