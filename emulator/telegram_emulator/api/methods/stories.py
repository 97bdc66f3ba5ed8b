"""Stories on connected accounts: sending, editing, reposting, deleting."""

from datetime import datetime, timedelta
from typing import Any

from aiogram.methods import DeleteStory, RepostStory
from aiogram.methods import EditStory as AiogramEditStory
from aiogram.methods import PostStory as AiogramPostStory

from telegram_emulator.account_records import StoryRecord
from telegram_emulator.api.methods.media import kept_file
from telegram_emulator.api.methods.method import Method
from telegram_emulator.api.params import UploadedFile, given, wire
from telegram_emulator.files import MOST_PHOTO
from telegram_emulator.hub import Hub
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi
from telegram_emulator.text import format_text

RIGHT = "can_manage_stories"
PERIODS = {hours * 3600 for hours in (6, 12, 24, 48)}
"""For how many seconds a story can be shown."""
MOST_VIDEO = 30 * 1024 * 1024
LONGEST_CAPTION = 2048


class PostStory(AiogramPostStory):
    """aiogram's model, whose content cannot be an upload."""

    content: dict[str, Any]  # type: ignore[assignment]


class EditStory(AiogramEditStory):
    """aiogram's model, whose content cannot be an upload."""

    content: dict[str, Any]  # type: ignore[assignment]


def post_story(hub: Hub, call: PostStory) -> BotApi:
    """postStory"""
    owner_id = hub.business.require(call.business_connection_id, RIGHT).owner_id
    until = _until(hub, call.active_period)
    kind, file_id = _content(hub, call)
    story = StoryRecord(
        id=_next_id(hub, owner_id),
        owner_id=owner_id,
        kind=kind,
        file_id=file_id,
        caption=_caption(call),
        areas=[wire(area) for area in call.areas or []],
        expires_at=until,
        kept=bool(call.post_to_chat_page),
        protected=bool(given(call.protect_content)),
    )
    return _keep(hub, story)


def edit_story(hub: Hub, call: EditStory) -> BotApi:
    """editStory: everything except how long it is shown."""
    owner_id = hub.business.require(call.business_connection_id, RIGHT).owner_id
    story = _find(hub, owner_id, call.story_id)
    story.kind, story.file_id = _content(hub, call)
    story.caption = _caption(call)
    story.areas = [wire(area) for area in call.areas or []]
    return _keep(hub, story)


def repost_story(hub: Hub, call: RepostStory) -> BotApi:
    """repostStory: from another account whose stories the bot may manage."""
    owner_id = hub.business.require(call.business_connection_id, RIGHT).owner_id
    source = hub.business.of_owner(call.from_chat_id)
    if source is None or source.owner_id == owner_id:
        raise ApiError("PEER_ID_INVALID")
    hub.business.require(source.id, RIGHT)
    original = _find(hub, source.owner_id, call.from_story_id)
    if original.protected:
        raise ApiError("CHAT_FORWARDS_RESTRICTED")
    story = StoryRecord(
        id=_next_id(hub, owner_id),
        owner_id=owner_id,
        kind=original.kind,
        file_id=original.file_id,
        caption=original.caption,
        areas=original.areas,
        expires_at=_until(hub, call.active_period),
        kept=bool(call.post_to_chat_page),
        protected=bool(given(call.protect_content)),
        reposted_from=original.id,
    )
    return _keep(hub, story)


def delete_story(hub: Hub, call: DeleteStory) -> bool:
    """deleteStory"""
    owner_id = hub.business.require(call.business_connection_id, RIGHT).owner_id
    hub.world.stories.remove(_find(hub, owner_id, call.story_id))
    hub.store.changed()
    return True


def _content(hub: Hub, call: PostStory | EditStory) -> tuple[str, str]:
    """The kind of the story and its file, which must be uploaded with the call."""
    kind = str(call.content.get("type"))
    value = call.content.get(kind)
    if kind not in ("photo", "video") or not isinstance(value, UploadedFile):
        raise ApiError("story content must be uploaded as a new file")
    return kind, kept_file(hub, kind, value, MOST_PHOTO if kind == "photo" else MOST_VIDEO).id


def _caption(call: PostStory | EditStory) -> BotApi:
    mode, entities = given(call.parse_mode), wire(call.caption_entities or [])
    words = "MEDIA_CAPTION_TOO_LONG"
    formatted = format_text(call.caption or "", mode, entities, LONGEST_CAPTION, words)
    return {"caption": formatted.text, "caption_entities": formatted.entities}


def _until(hub: Hub, seconds: int) -> datetime:
    if seconds not in PERIODS:
        raise ApiError("STORY_PERIOD_INVALID")
    return hub.clock.now() + timedelta(seconds=seconds)


def _next_id(hub: Hub, owner_id: int) -> int:
    return max((one.id for one in hub.world.stories if one.owner_id == owner_id), default=0) + 1


def _find(hub: Hub, owner_id: int, story_id: int) -> StoryRecord:
    for story in hub.world.stories:
        over = story.expires_at <= hub.clock.now() and not story.kept
        if (story.owner_id, story.id) == (owner_id, story_id) and not over:
            return story
    raise ApiError("STORY_ID_INVALID")


def _keep(hub: Hub, story: StoryRecord) -> BotApi:
    if story not in hub.world.stories:
        hub.world.stories.append(story)
    hub.store.changed()
    return {"chat": hub.profile.chat(story.owner_id), "id": story.id}


METHODS = (
    Method(PostStory, post_story),
    Method(EditStory, edit_story),
    Method(RepostStory, repost_story),
    Method(DeleteStory, delete_story),
)
