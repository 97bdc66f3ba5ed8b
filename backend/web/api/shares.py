"""/api/shares: public links to parts of conversations."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import delete, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from backend import conversations as room
from backend.conversations import sharing
from backend.db import Database, Vault
from backend.errors import MessageNotFound, ShareChanged
from backend.files import of_message
from backend.identity import SEND, Limiter, Principal
from backend.runlog import ConversationEvent, PersonEvents
from backend.settings import Settings
from backend.web.api.conversation_shapes import ConversationShown, show
from backend.web.api.wire import Received, Shown
from backend.web.auth import Clock
from backend.web.parts import Part
from backend.web.picture_links import PREPARED_LIFE, PictureLinks
from backend.web.share_links import MAX_TOKEN, ModelNames, ShareLinks

TAGS = ["Sharing"]


class SharePart(Received, frozen=True):
    """What to make public: the branch that ends with `lastId`, from `firstId` or its beginning on.
    `author` is the displayed name; null for none."""

    last_id: Annotated[UUID, Meta(examples=["01a20972-9d30-7d13-b09c-835c61e1c88e"])]
    first_id: UUID | None = None
    author: Annotated[str, Meta(max_length=sharing.MAX_AUTHOR)] | None = None


class ShareWanted(SharePart, frozen=True, kw_only=True):
    """The previewed part: `sha256` is the preview's. The link lasts `days` days."""

    sha256: Annotated[str, Meta(min_length=64, max_length=64)]
    days: Annotated[int, Meta(ge=1, le=sharing.MAX_DAYS)] = 7


class SharedSourceShown(Shown, frozen=True):
    """A page that an answer cites, as untrusted text."""

    url: str
    title: str


class SharedMessageShown(Shown, frozen=True):
    """One message, as it would be public; `modelName` names the model that answered."""

    role: str
    text: str
    model_name: str | None
    sources: list[SharedSourceShown]


class SharePreview(Shown, frozen=True):
    """Exactly what would be public; `sha256` identifies it."""

    title: str | None
    author: str | None
    messages: list[SharedMessageShown]
    sha256: str


class ShareShown(Shown, frozen=True):
    """An open link."""

    id: UUID
    url: str
    conversation_id: UUID
    title: str | None
    author: str | None
    messages: int
    created_at: datetime
    expires_at: datetime


class SharesShown(Shown, frozen=True):
    """All open links, newest first."""

    items: list[ShareShown]


class PreparedShown(Shown, frozen=True):
    """A message that Telegram keeps for a day; pass `id` to a Mini App's `shareMessage`."""

    id: str


class ShareFollowed(Received, frozen=True):
    """The last part of a link's address."""

    token: Annotated[str, Meta(max_length=MAX_TOKEN, examples=["Yk3n0w7Qd2h8"])]


@post(
    "/conversations/{conversation_id:uuid}/shares/preview",
    tags=TAGS,
    summary="See what would be public",
    status_code=200,
)
async def preview_share(
    conversation_id: FromPath[UUID],
    data: JSONBody[SharePart],
    principal: Part[Principal],
    database: Part[Database],
    vault: Part[Vault],
    model_names: Part[ModelNames],
) -> SharePreview:
    """Preview a shared part. This makes nothing public."""
    async with database.snapshot() as db:
        content = await sharing.shared_content(
            db, vault, principal.user_id, conversation_id, data.last_id, data.first_id, data.author
        )
    shown = [_show_message(one, model_names) for one in content.messages]
    return SharePreview(content.title, content.author, shown, content.sha256)


@post("/conversations/{conversation_id:uuid}/shares", tags=TAGS, summary="Share by a link")
async def make_share(
    conversation_id: FromPath[UUID],
    data: JSONBody[ShareWanted],
    principal: Part[Principal],
    database: Part[Database],
    vault: Part[Vault],
    clock: Part[Clock],
    share_links: Part[ShareLinks],
    settings: Part[Settings],
    limiter: Part[Limiter],
) -> ShareShown:
    """Publish what was previewed; refused if it has changed since."""
    now, person = clock(), principal.user_id
    await limiter.count_request(SEND, str(person), now)
    async with database.unit_of_work() as db:
        content = await sharing.shared_content(
            db, vault, person, conversation_id, data.last_id, data.first_id, data.author
        )
        if content.sha256 != data.sha256:
            raise ShareChanged
        share = await sharing.add_share(db, vault, person, conversation_id, content, data.days, now)
    return _show(share, person, share_links, settings)


@post(
    "/messages/{message_id:uuid}/prepared",
    tags=TAGS,
    summary="Prepare a message to be sent on in Telegram",
)
async def prepare_message(
    message_id: FromPath[UUID],
    principal: Part[Principal],
    database: Part[Database],
    vault: Part[Vault],
    clock: Part[Clock],
    limiter: Part[Limiter],
    message_preparer: Part[room.MessagePreparer],
    picture_links: Part[PictureLinks],
    settings: Part[Settings],
) -> PreparedShown:
    """Prepares a message that the person can send to a chat chosen in Telegram. A picture answer is
    sent as a picture."""
    person, now = principal.user_id, clock()
    await limiter.count_request(SEND, str(person), now)
    async with database.snapshot() as db:
        text = await room.text_to_send_on(db, vault, person, message_id)
        attached = await of_message(db, vault, person, message_id) if not text else ()
    if text:
        return PreparedShown(await message_preparer.prepare(person, principal.language, text))
    picture = next((one for one in attached if one.kind == "image"), None)
    if picture is None:
        raise MessageNotFound
    token = picture_links.token(person, picture.id, now + PREPARED_LIFE)
    url = f"{settings.public_url}/picture/{token}"
    size = picture.details.width or 0, picture.details.height or 0
    return PreparedShown(await message_preparer.prepare_picture(person, url, *size))


@get("/shares", tags=TAGS, summary="The links that are open")
async def list_shares(
    principal: Part[Principal],
    database: Part[Database],
    vault: Part[Vault],
    clock: Part[Clock],
    share_links: Part[ShareLinks],
    settings: Part[Settings],
) -> SharesShown:
    """The person's links, newest first."""
    async with database.snapshot() as db:
        found = await sharing.list_shares(db, vault, principal.user_id, clock())
    return SharesShown([_show(one, principal.user_id, share_links, settings) for one in found])


@delete("/shares/{share_id:uuid}", tags=TAGS, summary="End a link", status_code=204)
async def end_share(
    share_id: FromPath[UUID], principal: Part[Principal], database: Part[Database]
) -> None:
    """Revoke a link immediately."""
    async with database.unit_of_work() as db:
        await sharing.end_share(db, principal.user_id, share_id)


@post("/shares/continue", tags=TAGS, summary="Go on with what somebody shares", status_code=201)
async def continue_share(
    data: JSONBody[ShareFollowed],
    principal: Part[Principal],
    database: Part[Database],
    vault: Part[Vault],
    clock: Part[Clock],
    share_links: Part[ShareLinks],
    limiter: Part[Limiter],
    person_events: Part[PersonEvents],
) -> ConversationShown:
    """Copy a shared part into the person's own conversation; its author is not notified."""
    now, person = clock(), principal.user_id
    await limiter.count_request(SEND, str(person), now)
    owner, share_id = share_links.read(data.token)
    async with database.unit_of_work() as db:
        share = await sharing.open_share(db, vault, owner, share_id, now)
        copy_id = await sharing.copy_shared(db, vault, person, share.content, now)
        copied = await room.get_conversation(db, vault, person, copy_id)
    person_events.publish(person, ConversationEvent(copy_id))
    return show(copied)


def _show_message(one: sharing.SharedMessage, model_names: ModelNames) -> SharedMessageShown:
    return SharedMessageShown(
        role=one.role,
        text=one.text,
        model_name=model_names(one.model_id) if one.model_id else None,
        sources=[SharedSourceShown(url, title) for url, title in one.sources],
    )


def _show(share: sharing.Share, user_id: int, links: ShareLinks, settings: Settings) -> ShareShown:
    return ShareShown(
        id=share.id,
        url=f"{settings.public_url}/s/{links.token(user_id, share.id)}",
        conversation_id=share.conversation_id,
        title=share.content.title,
        author=share.content.author,
        messages=len(share.content.messages),
        created_at=share.created_at,
        expires_at=share.expires_at,
    )


handlers: list[Any] = [
    preview_share,
    make_share,
    prepare_message,
    list_shares,
    end_share,
    continue_share,
]
