"""/api/consents: which providers the person's words may go to."""

from datetime import datetime

from litestar import delete, get, put
from litestar.params import FromPath

from backend.identity import Principal
from backend.privacy import Consent, Consents
from backend.web.api.models import PolicyShown
from backend.web.api.wire import Shown
from backend.web.parts import Part

TAGS = ["Privacy"]


class ConsentShown(Shown, frozen=True):
    """A provider that needs the person's consent; `agreedAt` is null while they have not."""

    provider: str
    name: str
    policy: PolicyShown
    agreed_at: datetime | None


class ConsentsShown(Shown, frozen=True):
    """All of them. What runs on this server needs none."""

    items: list[ConsentShown]


@get("/consents", tags=TAGS, summary="The providers, and which of them were agreed to")
async def list_consents(principal: Part[Principal], consents: Part[Consents]) -> ConsentsShown:
    """Every provider that can be asked now, with what it says of requests."""
    return ConsentsShown(items=[_shown(one) for one in await consents.of(principal.user_id)])


@put("/consents/{provider:str}", tags=TAGS, summary="Agree to a provider")
async def agree(
    provider: FromPath[str], principal: Part[Principal], consents: Part[Consents]
) -> ConsentShown:
    """From now on what the person writes may be sent there. Repeats change nothing."""
    return _shown(await consents.agree(principal.user_id, provider))


@delete("/consents/{provider:str}", tags=TAGS, summary="Take it back", status_code=204)
async def revoke(
    provider: FromPath[str], principal: Part[Principal], consents: Part[Consents]
) -> None:
    """Nothing more is sent there."""
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
    )


handlers = [list_consents, agree, revoke]
