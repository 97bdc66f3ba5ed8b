"""/api/consents: which providers may receive the person's messages."""

from datetime import date, datetime
from typing import Protocol

from litestar import delete, get, put
from litestar.params import FromPath

from backend.identity import Principal
from backend.privacy import Consent, Consents
from backend.web.api.models import PolicyShown
from backend.web.api.wire import Shown
from backend.web.parts import Part

TAGS = ["Privacy"]


class HeldQuestions(Protocol):
    """Questions held until their person consents (the bot's inbox)."""

    async def release_held(self, chat_id: int, provider: str) -> None:
        """Handle the person's questions held for the provider's consent."""
        ...


class ConsentShown(Shown, frozen=True):
    """A provider that needs the person's consent; `agreedAt` is null while they have not given
    it, and again once what they agreed to has `changed`. `sources` are pages that say what the
    policy says, last read on `readOn`; `stale` if that is long ago or not known."""

    provider: str
    name: str
    policy: PolicyShown
    agreed_at: datetime | None
    changed: bool
    sources: list[str]
    read_on: date | None
    stale: bool


class ConsentsShown(Shown, frozen=True):
    """All providers that require consent; models on this server require none."""

    items: list[ConsentShown]


@get("/consents", tags=TAGS, summary="The providers, and which of them were agreed to")
async def list_consents(principal: Part[Principal], consents: Part[Consents]) -> ConsentsShown:
    """Every active provider, with its data policy."""
    return ConsentsShown(items=[_shown(one) for one in await consents.of(principal.user_id)])


@put("/consents/{provider:str}", tags=TAGS, summary="Agree to a provider")
async def agree(
    provider: FromPath[str],
    principal: Part[Principal],
    consents: Part[Consents],
    inbox: Part[HeldQuestions],
) -> ConsentShown:
    """Agree to a provider: from now on it may receive messages, and questions held in the chat with
    the bot are answered. Repeats change nothing."""
    given = await consents.agree(principal.user_id, provider)
    await inbox.release_held(principal.user_id, provider)
    return _shown(given)


@delete("/consents/{provider:str}", tags=TAGS, summary="Take it back", status_code=204)
async def revoke(
    provider: FromPath[str], principal: Part[Principal], consents: Part[Consents]
) -> None:
    """Withdraw consent: nothing more is sent to the provider."""
    await consents.revoke(principal.user_id, provider)


def _shown(consent: Consent) -> ConsentShown:
    provider = consent.provider
    return ConsentShown(
        provider=provider.id,
        name=provider.name,
        policy=PolicyShown(
            region=provider.policy.region,
            retention_days=provider.policy.retention_days,
            trains=provider.policy.trains,
        ),
        agreed_at=consent.agreed_at,
        changed=consent.changed,
        sources=[*provider.policy.sources],
        read_on=provider.policy.read_on,
        stale=consent.stale,
    )


handlers = [list_consents, agree, revoke]
