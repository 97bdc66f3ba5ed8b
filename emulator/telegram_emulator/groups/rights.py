"""Rights of members and administrators, in the Bot API's names."""

from telegram_emulator.group_records import MemberRecord
from telegram_emulator.schemas import BotApi

PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
NOT_AT_FIRST = {"can_change_info", "can_pin_messages", "can_manage_topics"}
"""What members of a new group may not do."""

ADMIN_RIGHTS = (
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
    "can_post_messages",
    "can_edit_messages",
    "can_pin_messages",
    "can_manage_topics",
    "can_manage_direct_messages",
    "can_manage_tags",
)

NEEDED = {
    "photo": "can_send_photos",
    "video": "can_send_videos",
    "live_photo": "can_send_videos",
    "paid_media": "can_send_videos",
    "animation": "can_send_other_messages",
    "sticker": "can_send_other_messages",
    "dice": "can_send_other_messages",
    "audio": "can_send_audios",
    "document": "can_send_documents",
    "voice": "can_send_voice_notes",
    "video_note": "can_send_video_notes",
    "poll": "can_send_polls",
}
"""The permission that each kind of message needs; others need `can_send_messages`."""

NAMES = {
    "can_send_photos": "photos",
    "can_send_videos": "videos",
    "can_send_other_messages": "stickers and GIFs",
    "can_send_audios": "music",
    "can_send_documents": "documents",
    "can_send_voice_notes": "voice notes",
    "can_send_video_notes": "video notes",
    "can_send_polls": "polls",
    "can_send_messages": "text messages",
}
"""The names of message kinds in error texts."""


def first_permissions() -> dict[str, bool]:
    """A new group's permissions."""
    return {name: name not in NOT_AT_FIRST for name in PERMISSIONS}


def all_rights() -> dict[str, bool]:
    """All administrator's rights, which a group's creator has."""
    return {name: name != "is_anonymous" for name in ADMIN_RIGHTS}


def permission_for(content: BotApi) -> str:
    """The permission that a message needs."""
    # An animation also has a document field, so the first match is the kind.
    return next((needed for kind, needed in NEEDED.items() if kind in content), "can_send_messages")


def member_view(record: MemberRecord, user: BotApi) -> BotApi:
    """A `ChatMember`."""
    view: BotApi = {"status": record.status, "user": user}
    match record.status:
        case "creator":
            view["is_anonymous"] = record.rights.get("is_anonymous", False)
        case "administrator":
            view["can_be_edited"] = False
            view |= {name: record.rights.get(name, False) for name in ADMIN_RIGHTS}
        case "restricted":
            view |= {name: record.rights.get(name, False) for name in PERMISSIONS}
            view |= {"is_member": True, "until_date": record.until}
        case "kicked":
            view["until_date"] = record.until
        case "member" if record.until:  # a paid membership
            view["until_date"] = record.until
        case _:
            pass
    if record.title and record.status in ("creator", "administrator"):
        view["custom_title"] = record.title
    if record.tag and record.status in ("member", "restricted"):
        view["tag"] = record.tag
    return view
