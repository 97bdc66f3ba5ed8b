"""/api/business: the inbox of the account that the person has connected the bot to: its rules, the
owner's texts and files, customers, drafts and figures. Everybody has their own only.

What changes something answers with the inbox as it is then.
"""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from litestar import Request, delete, get, patch, post
from litestar.params import FromPath, JSONBody

from backend.business import BusinessInbox, BusinessReplies
from backend.errors import DraftOver, ReplyRefused
from backend.files import FileService
from backend.identity import SEND, UPLOAD, Limiter, Principal
from backend.uuid7 import uuid7
from backend.web.api.business_shapes import (
    InboxPatch,
    InboxShown,
    InboxView,
    PauseWanted,
    ReplyWanted,
)
from backend.web.api.files import UploadOperation, receive_upload
from backend.web.auth import Clock
from backend.web.parts import Part
from backend.web.uploads import UploadPlaces

TAGS = ["Business inbox"]
PAUSED_FOR: Final = timedelta(days=7)


@get("/business", tags=TAGS, summary="The business inbox")
async def get_inbox(principal: Part[Principal], inbox_view: Part[InboxView]) -> InboxShown:
    """At most a hundred customers; those who wrote last come first."""
    return await inbox_view.shown(principal.user_id)


@patch("/business", tags=TAGS, summary="Change the inbox's rules")
async def change_inbox(
    data: JSONBody[InboxPatch],
    principal: Part[Principal],
    business: Part[BusinessInbox],
    inbox_view: Part[InboxView],
) -> InboxShown:
    """In modes other than `off`, nothing is read before the owner has chosen which providers may
    get customers' words."""
    owner = principal.user_id
    await business.change(owner, await inbox_view.read_change(owner, data))
    return await inbox_view.shown(owner)


@post(
    "/business/files",
    status_code=200,
    tags=TAGS,
    summary="Add a file that replies are made of",
    request_max_body_size=None,
    operation_class=UploadOperation,
)
async def add_business_file(
    request: Request[Any, Any, Any],
    principal: Part[Principal],
    business: Part[BusinessInbox],
    file_service: Part[FileService],
    uploads: Part[UploadPlaces],
    limiter: Part[Limiter],
    clock: Part[Clock],
    inbox_view: Part[InboxView],
) -> InboxShown:
    """Stores the file's text, encrypted, but not the file. Files without text are refused."""
    owner = principal.user_id
    await limiter.count_request(UPLOAD, str(owner), clock())
    await inbox_view.connected(owner)
    upload = await receive_upload(request, principal, file_service, uploads, True)
    name, text = await file_service.words(owner, upload)
    await business.knowledge.add(owner, uuid7(clock()), name, text)
    return await inbox_view.shown(owner)


@delete("/business/files/{file_id:uuid}", status_code=200, tags=TAGS, summary="Take a file away")
async def remove_business_file(
    file_id: FromPath[UUID],
    principal: Part[Principal],
    business: Part[BusinessInbox],
    inbox_view: Part[InboxView],
) -> InboxShown:
    """Delete the file immediately."""
    await business.knowledge.remove(principal.user_id, file_id)
    return await inbox_view.shown(principal.user_id)


@post("/business/drafts/{draft_id:uuid}/send", status_code=200, tags=TAGS, summary="Send a draft")
async def send_draft(
    draft_id: FromPath[UUID],
    data: JSONBody[ReplyWanted],
    principal: Part[Principal],
    business: Part[BusinessInbox],
    business_replies: Part[BusinessReplies],
    limiter: Part[Limiter],
    clock: Part[Clock],
    inbox_view: Part[InboxView],
) -> InboxShown:
    """Send the draft once, in the owner's name, unchanged or edited. Telegram allows this for a day
    after the customer's last message."""
    owner = principal.user_id
    await limiter.count_request(SEND, str(owner), clock())
    account = await inbox_view.connected(owner)
    draft = await business.draft(owner, draft_id)
    if draft is None or draft.state != "open":
        raise DraftOver
    if not await business_replies.send_draft(account, draft.id, data.text):
        raise ReplyRefused
    return await inbox_view.shown(owner)


@post("/business/drafts/{draft_id:uuid}/skip", status_code=200, tags=TAGS, summary="Skip a draft")
async def skip_draft(
    draft_id: FromPath[UUID],
    principal: Part[Principal],
    business: Part[BusinessInbox],
    inbox_view: Part[InboxView],
) -> InboxShown:
    """Discard the draft; nothing is sent."""
    if not await business.end_draft(principal.user_id, draft_id, "skipped"):
        raise DraftOver
    return await inbox_view.shown(principal.user_id)


@post(
    "/business/customers/{customer_id:int}/pause",
    status_code=200,
    tags=TAGS,
    summary="Pause a customer, or go on",
)
async def pause_customer(
    customer_id: FromPath[int],
    data: JSONBody[PauseWanted],
    principal: Part[Principal],
    business: Part[BusinessInbox],
    clock: Part[Clock],
    inbox_view: Part[InboxView],
) -> InboxShown:
    """While paused, nothing is drafted or answered in this chat."""
    until = clock() + PAUSED_FOR if data.paused else None
    await business.pause(principal.user_id, customer_id, until)
    return await inbox_view.shown(principal.user_id)


@delete(
    "/business/customers/{customer_id:int}", status_code=200, tags=TAGS, summary="Erase a customer"
)
async def erase_customer(
    customer_id: FromPath[int],
    principal: Part[Principal],
    business: Part[BusinessInbox],
    inbox_view: Part[InboxView],
) -> InboxShown:
    """Delete everything stored about the customer immediately: messages, name and drafts."""
    await business.erase_customer(principal.user_id, customer_id)
    return await inbox_view.shown(principal.user_id)


handlers: list[Any] = [
    get_inbox,
    change_inbox,
    add_business_file,
    remove_business_file,
    send_draft,
    skip_draft,
    pause_customer,
    erase_customer,
]
