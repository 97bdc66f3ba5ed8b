"""The operator's console: people by id or name, figures, switches. Each action needs a role and is
logged."""

from backend.console.alerts import Alert, AlertChat, AlertWatch, WatchedParts
from backend.console.books import MonthBooks
from backend.console.broadcast_sender import BroadcastSender
from backend.console.broadcasts import Broadcast, Broadcasts, Segment
from backend.console.confirmations import (
    BanWanted,
    BroadcastWanted,
    ClosingWanted,
    Confirmation,
    Confirmations,
    CreditsWanted,
    PayoutWanted,
    PlanWanted,
    RefundWanted,
    TakingWanted,
)
from backend.console.copies import console_copy, erase
from backend.console.figures import (
    DayFigures,
    Figures,
    Funnel,
    ModelFigures,
    PlanFigures,
    RetentionFigures,
    SalesFigures,
)
from backend.console.moderation_desk import ModerationQueue
from backend.console.person_card import ModelUse, PersonCard
from backend.console.ports import BroadcastChat, SupportChat, Told
from backend.console.roles import Act, Operator, Role, operator_of, supporters
from backend.console.service import Console
from backend.console.switchboard import FEATURE, MAINTENANCE, MODEL, Switchboard, switch
from backend.console.waiting import Waiting, count_waiting

__all__ = [
    "FEATURE",
    "MAINTENANCE",
    "MODEL",
    "Act",
    "Alert",
    "AlertChat",
    "AlertWatch",
    "BanWanted",
    "Broadcast",
    "BroadcastChat",
    "BroadcastSender",
    "BroadcastWanted",
    "Broadcasts",
    "ClosingWanted",
    "Confirmation",
    "Confirmations",
    "Console",
    "CreditsWanted",
    "DayFigures",
    "Figures",
    "Funnel",
    "ModelFigures",
    "ModelUse",
    "ModerationQueue",
    "MonthBooks",
    "Operator",
    "PayoutWanted",
    "PersonCard",
    "PlanFigures",
    "PlanWanted",
    "RefundWanted",
    "RetentionFigures",
    "Role",
    "SalesFigures",
    "Segment",
    "SupportChat",
    "Switchboard",
    "TakingWanted",
    "Told",
    "Waiting",
    "WatchedParts",
    "console_copy",
    "count_waiting",
    "erase",
    "operator_of",
    "supporters",
    "switch",
]
