"""The bodies of /api/business, and the inbox as its owner sees it."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID
from zoneinfo import available_timezones

from msgspec import UNSET, Meta, UnsetType

from backend.business import (
    MAX_FILES,
    MAX_HANDOVER,
    MAX_HANDOVER_WORD,
    MAX_KNOWLEDGE,
    MAX_REPLY,
    AccountChange,
    BusinessAccount,
    BusinessFile,
    BusinessInbox,
    Customer,
    CustomerState,
    InboxDay,
    Mode,
    is_authorised,
)
from backend.errors import BusinessNotConnected, InvalidField
from backend.generation import has_model_here
from backend.llm import ModelRoom
from backend.privacy import Consents
from backend.web.api.wire import Received, Shown

Minute = Annotated[int, Meta(ge=0, lt=1440, examples=[1080])]


class AwayHours(Received, frozen=True):
    """When the owner is away, in minutes from local midnight; may go over midnight."""

    start: Minute
    end: Minute
    time_zone: Annotated[str, Meta(max_length=64, examples=["Europe/Lisbon"])]


class InboxPatch(Received, frozen=True):
    """What is to be another; what is left out stays. A mode that reads needs `wordsGo`, unless it
    was chosen before: the owner's authorisation of where customers' words may go, to the providers
    that they have agreed to for themselves, or to models of this server only."""

    mode: Mode | UnsetType = UNSET
    words_go: Literal["providers", "here"] | UnsetType = UNSET
    knowledge: Annotated[str, Meta(max_length=MAX_KNOWLEDGE)] | UnsetType = UNSET
    handover: (
        Annotated[
            list[Annotated[str, Meta(min_length=1, max_length=MAX_HANDOVER_WORD)]],
            Meta(max_length=MAX_HANDOVER),
        ]
        | UnsetType
    ) = UNSET
    away: AwayHours | UnsetType = UNSET


class ReplyWanted(Received, frozen=True):
    """A text to send in place of the draft's."""

    text: (
        Annotated[str, Meta(min_length=1, max_length=MAX_REPLY, examples=["We open at nine."])]
        | None
    ) = None


class PauseWanted(Received, frozen=True):
    """Whether to draft and answer nothing in this chat for seven days."""

    paused: Annotated[bool, Meta(examples=[True])]


class AwayShown(Shown, frozen=True):
    """The hours, as they were sent."""

    start: int
    end: int
    time_zone: str


class RulesShown(Shown, frozen=True):
    """What the owner has chosen. `authorised` says whether customers' words may go anywhere now,
    `providers` names those that the owner has agreed to, `modelHere` whether this server has a
    model of its own."""

    mode: Mode
    can_reply: bool
    stays_here: bool
    authorised: bool
    providers: list[str]
    model_here: bool
    knowledge: str
    handover: list[str]
    away: AwayShown | None
    daily_limit: int


class KnownFile(Shown, frozen=True):
    """A file of the owner's. `size` counts characters; `cut` means that only its beginning is
    read."""

    id: UUID
    name: str
    size: int
    cut: bool


class DraftShown(Shown, frozen=True):
    """A reply that awaits the owner's decision."""

    id: UUID
    text: str


class CustomerShown(Shown, frozen=True):
    """A customer. `wrote` and `answered` count the last day's messages and replies."""

    id: int
    name: str
    state: CustomerState
    last: str
    heard_at: datetime | None
    wrote: int
    answered: int
    draft: DraftShown | None


class InboxDayShown(Shown, frozen=True):
    """One day (UTC): messages received, drafts created, sent and skipped, automatic replies sent,
    and the models' cost."""

    day: date
    received: int
    drafted: int
    sent: int
    skipped: int
    answered: int
    cost_micro_dollars: int


class InboxShown(Shown, frozen=True):
    """The inbox; `rules` is null while the bot is connected to no account. `days` has the days with
    activity of the last thirty, newest first."""

    rules: RulesShown | None
    files: list[KnownFile]
    most_files: int
    customers: list[CustomerShown]
    days: list[InboxDayShown]


class InboxView:
    """Shows the inbox, and reads what is to be changed in it."""

    def __init__(self, business: BusinessInbox, consents: Consents, models: ModelRoom) -> None:
        self._business = business
        self._consents = consents
        self._models = models

    async def connected(self, owner: int) -> BusinessAccount:
        """The owner's account. Raises BusinessNotConnected."""
        account = await self._business.of_owner(owner)
        if account is None or not account.enabled:
            raise BusinessNotConnected
        return account

    async def read_change(self, owner: int, data: InboxPatch) -> AccountChange:
        """What the body says, checked.

        Raises:
            BusinessNotConnected.
            InvalidField: a mode that reads without the owner's authorisation, or a place that
                there is not; an unknown time zone.
        """
        account = await self.connected(owner)
        agreed = frozenset(await self._consents.agreed_names(owner))
        reads = data.mode is not UNSET and data.mode != "off"
        if data.words_go is UNSET:
            if reads and not is_authorised(account, agreed):
                raise InvalidField(field="wordsGo")
        elif not (agreed if data.words_go == "providers" else has_model_here(self._models)):
            raise InvalidField(field="wordsGo")
        here = UNSET if data.words_go is UNSET else data.words_go == "here"
        return AccountChange(
            mode=data.mode,
            stays_here=here,
            authorised=UNSET if here is UNSET else frozenset() if here else agreed,
            knowledge=UNSET if data.knowledge is UNSET else data.knowledge.strip(),
            handover=UNSET if data.handover is UNSET else tuple(data.handover),
            away=_away(data.away),
        )

    async def shown(self, owner: int) -> InboxShown:
        """The inbox's current state."""
        account = await self._business.of_owner(owner)
        rules = None
        if account is not None and account.enabled:
            agreed = await self._consents.agreed_names(owner)
            rules = _rules(account, agreed, is_here=has_model_here(self._models))
        files = await self._business.knowledge.list_all(owner)
        customers = await self._business.overview.customers(owner)
        return InboxShown(
            rules=rules,
            files=[
                KnownFile(id=one.id, name=one.name, size=one.size, cut=one.cut) for one in files
            ],
            most_files=MAX_FILES,
            customers=[_customer(one) for one in customers],
            days=[_day(one) for one in await self._business.overview.days(owner)],
        )


def _away(sent: AwayHours | UnsetType) -> tuple[int, int, str] | UnsetType:
    if sent is UNSET:
        return UNSET
    if sent.time_zone not in available_timezones():
        raise InvalidField(field="away.timeZone")
    return sent.start, sent.end, sent.time_zone


def _rules(account: BusinessAccount, agreed: dict[str, str], *, is_here: bool) -> RulesShown:
    away = None
    start, end, zone = account.away_from, account.away_to, account.time_zone
    if start is not None and end is not None and zone is not None:
        away = AwayShown(start=start, end=end, time_zone=zone)
    return RulesShown(
        mode=account.mode,
        can_reply=account.can_reply,
        stays_here=account.stays_here,
        authorised=is_authorised(account, agreed),
        providers=list(agreed.values()),
        model_here=is_here,
        knowledge=account.knowledge,
        handover=list(account.handover),
        away=away,
        daily_limit=account.daily_limit,
    )


def _file(one: BusinessFile) -> KnownFile:
    return KnownFile(id=one.id, name=one.name, size=one.size, cut=one.cut)


def _customer(one: Customer) -> CustomerShown:
    draft = DraftShown(id=one.draft.id, text=one.draft.text) if one.draft else None
    return CustomerShown(
        id=one.id,
        name=one.name,
        state=one.state,
        last=one.last,
        heard_at=one.heard_at,
        wrote=one.wrote,
        answered=one.answered,
        draft=draft,
    )


def _day(one: InboxDay) -> InboxDayShown:
    return InboxDayShown(
        day=one.day,
        received=one.received,
        drafted=one.drafted,
        sent=one.sent,
        skipped=one.skipped,
        answered=one.answered,
        cost_micro_dollars=one.cost_micro_dollars,
    )
