"""The operator's console: people by id, figures, switches. Each action needs a role and is
logged."""

from backend.console.alerts import Alert, AlertChat, AlertWatch, WatchedParts
from backend.console.figures import DayFigures, Figures, Funnel, ModelFigures, PlanFigures
from backend.console.person_card import ModelUse, PersonCard
from backend.console.roles import Act, Operator, Role, operator_of, supporters
from backend.console.service import Console, SupportChat
from backend.console.switchboard import MAINTENANCE, MODEL, Switchboard, switch

__all__ = [
    "MAINTENANCE",
    "MODEL",
    "Act",
    "Alert",
    "AlertChat",
    "AlertWatch",
    "Console",
    "DayFigures",
    "Figures",
    "Funnel",
    "ModelFigures",
    "ModelUse",
    "Operator",
    "PersonCard",
    "PlanFigures",
    "Role",
    "SupportChat",
    "Switchboard",
    "WatchedParts",
    "operator_of",
    "supporters",
    "switch",
]
