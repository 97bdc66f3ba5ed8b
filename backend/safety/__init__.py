"""Safety: moderation of questions and answers, refusals, and appeals.

Moderation is a port with three implementations: none, local word rules, and a provider's
`/moderations` endpoint beside those rules. Generation and checks use the guard, which stores
refusals, so that people can appeal and operators can decide.
"""

from backend.safety.ages import AgeGate
from backend.safety.appeals import Appeal, decide_appeal, open_appeals
from backend.safety.copies import erase, forget_old, safety_copy
from backend.safety.endpoint import MeteredClassifier
from backend.safety.feedback import (
    LONGEST_REPORT,
    REASONS,
    AnswerFeedback,
    AnswerReport,
    Reason,
    Thumb,
    close_report,
    open_reports,
)
from backend.safety.figures import moderation_figures
from backend.safety.guard import ModerationGuard
from backend.safety.moderation import ProviderModeration, choose_moderation
from backend.safety.no_moderation import NoModeration
from backend.safety.ports import JudgedPicture, JudgedText, Moderation, Refusal
from backend.safety.refusals import LONGEST_APPEAL, LONGEST_ASKED, Refusals, RefusalShown
from backend.safety.topics import HelpLine, Topic, all_help_lines, first_topic, help_lines
from backend.safety.word_rules import WordRules

__all__ = [
    "LONGEST_APPEAL",
    "LONGEST_ASKED",
    "LONGEST_REPORT",
    "REASONS",
    "AgeGate",
    "AnswerFeedback",
    "AnswerReport",
    "Appeal",
    "HelpLine",
    "JudgedPicture",
    "JudgedText",
    "MeteredClassifier",
    "Moderation",
    "ModerationGuard",
    "NoModeration",
    "ProviderModeration",
    "Reason",
    "Refusal",
    "RefusalShown",
    "Refusals",
    "Thumb",
    "Topic",
    "WordRules",
    "all_help_lines",
    "choose_moderation",
    "close_report",
    "decide_appeal",
    "erase",
    "first_topic",
    "forget_old",
    "help_lines",
    "moderation_figures",
    "open_appeals",
    "open_reports",
    "safety_copy",
]
