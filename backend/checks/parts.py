"""The parts of the checks room, built by the container."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from backend.checks.checker import ClaimChecker
from backend.checks.ports import RecipeKeeper
from backend.db import Database, Vault
from backend.generation import ConsentCheck, Intake, OfferedModels, SideQuestions
from backend.nursery import Nursery
from backend.runlog import RunLog
from backend.safety import ModerationGuard


@dataclass(frozen=True, kw_only=True)
class CheckParts:
    """`daily_cap` is the operator's, in micro-dollars; None if there is none."""

    database: Database
    vault: Vault
    clock: Callable[[], datetime]
    nursery: Nursery
    run_log: RunLog
    models: OfferedModels
    consents: ConsentCheck
    questions: SideQuestions
    checker: ClaimChecker
    recipes: RecipeKeeper
    intake: Intake
    guard: ModerationGuard
    daily_cap: int | None
