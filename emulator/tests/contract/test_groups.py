"""Groups, topics and channels, as aiogram's real client sees them."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.methods import DeleteMessageReaction
from aiogram.types import ChatPermissions, InlineKeyboardButton, InlineKeyboardMarkup

from telegram_emulator.actions import (
    AddMember,
    CloseTopic,
    CreateGroup,
    CreateTopic,
    GroupCreated,
    JoinByLink,
    LinkDiscussion,
    PressButton,
    React,
    RemoveMember,
    SendPoll,
    SendText,
    SetAdmin,
    TopicCreated,
    UpgradeGroup,
    Vote,
)
from telegram_emulator.testing import ANN, IVAN, LAYLA, Phone, Refused
from tests.contract.group_of_three import ADMIN, BOT, made, taken


async def heard(bot: Bot) -> list[str]:
    """The texts of the waiting updates."""
    return [update.message.text or "" for update in await taken(bot) if update.message]


async def test_the_bot_is_told_when_it_is_added_and_removed(phone: Phone, bot: Bot) -> None:
    """It gets `my_chat_member`, others a service message; after its removal it may not write."""
    created = await phone.act(CreateGroup(ANN, "Friends", member_ids=(IVAN, BOT)))
    assert isinstance(created, GroupCreated)
    update, service = await taken(bot)
    assert update.my_chat_member
    assert update.my_chat_member.new_chat_member.status == "member"
    assert service.message
    assert service.message.new_chat_members
    assert service.message.new_chat_members[0].id == BOT
    assert (await bot.send_message(created.chat_id, "Hello")).chat.title == "Friends"
    assert await bot.get_chat_member_count(created.chat_id) == 3
    await phone.act(RemoveMember(ANN, created.chat_id, BOT, ban=True))
    (update,) = await taken(bot)
    assert update.my_chat_member
    assert update.my_chat_member.new_chat_member.status == "kicked"
    with pytest.raises(TelegramForbiddenError, match="bot was kicked from the supergroup chat"):
        await bot.send_message(created.chat_id, "Hello?")


async def test_privacy_mode(phone: Phone, bot: Bot) -> None:
    """The bot gets commands with its name, replies to it and to messages for it, and a command
    without a name if it was the last bot to write. Mentions are not in Telegram's list."""
    group = await made(phone)
    for text in ("hello", "@local_bot hello", "/ask why", "/ask@other_bot why"):
        await phone.act(SendText(IVAN, text, chat_id=group))
    await phone.act(SendText(IVAN, "/ask@local_bot why", chat_id=group))
    assert await heard(bot) == ["/ask@local_bot why"]
    meant = (await phone.said_in(group))[-1]["message_id"]
    await phone.act(SendText(ANN, "yes, why?", reply_to=meant, chat_id=group))
    answer = await bot.send_message(group, "Because")
    await phone.act(SendText(IVAN, "/ask again", chat_id=group))
    await phone.act(SendText(IVAN, "really?", reply_to=answer.message_id, chat_id=group))
    assert await heard(bot) == ["yes, why?", "/ask again", "really?"]


async def test_an_administrator_gets_everything(phone: Phone, bot: Bot) -> None:
    """So does a bot with privacy mode off."""
    group = await made(phone, admin=True)
    await phone.act(SendText(IVAN, "hello", chat_id=group))
    assert await heard(bot) == ["hello"]
    other = await made(phone)
    assert (await phone.call("setMySettings", can_read_all_group_messages=True))["ok"]
    await phone.act(SendText(IVAN, "hello", chat_id=other))
    assert await heard(bot) == ["hello"]
    me = (await phone.call("getMe"))["result"]
    assert me["can_read_all_group_messages"] is True


async def test_topics_keep_their_messages_apart(phone: Phone, bot: Bot) -> None:
    """A reply stays in its topic, a closed topic accepts no message, a deleted one is not found."""
    group = await made(phone, forum=True, admin=True)
    created = await phone.act(CreateTopic(ANN, group, "Plans"))
    assert isinstance(created, TopicCreated)
    await phone.act(SendText(IVAN, "in it", chat_id=group, thread_id=created.thread_id))
    message = (await taken(bot))[-1].message
    assert message
    assert (message.message_thread_id, message.is_topic_message) == (created.thread_id, True)
    assert message.chat.is_forum
    reply = await message.reply("answer")
    assert reply.message_thread_id == created.thread_id
    assert (await bot.send_message(group, "general")).message_thread_id is None
    mine = await bot.create_forum_topic(group, "Mine")
    assert (await bot.send_message(group, "x", message_thread_id=mine.message_thread_id)).text
    await phone.act(CloseTopic(ANN, group, mine.message_thread_id))
    with pytest.raises(Refused, match="TOPIC_CLOSED"):
        await phone.act(SendText(IVAN, "x", chat_id=group, thread_id=mine.message_thread_id))
    await bot.reopen_forum_topic(group, mine.message_thread_id)
    await bot.edit_forum_topic(group, mine.message_thread_id, name="Ours")
    assert (await phone.group(group))["topics"][str(mine.message_thread_id)]["name"] == "Ours"
    await bot.delete_forum_topic(group, mine.message_thread_id)
    with pytest.raises(TelegramBadRequest, match="message thread not found"):
        await bot.send_message(group, "x", message_thread_id=mine.message_thread_id)


async def test_members_are_restricted_banned_and_promoted(phone: Phone, bot: Bot) -> None:
    """Within the bot's own rights; a restricted member cannot write."""
    group = await made(phone)
    with pytest.raises(TelegramBadRequest, match="not enough rights"):
        await bot.ban_chat_member(group, IVAN)
    await phone.act(SetAdmin(ANN, group, BOT, ADMIN))
    await bot.restrict_chat_member(group, IVAN, ChatPermissions(can_send_messages=False))
    assert (await bot.get_chat_member(group, IVAN)).status == "restricted"
    with pytest.raises(Refused, match="CHAT_WRITE_FORBIDDEN"):
        await phone.act(SendText(IVAN, "x", chat_id=group))
    await bot.promote_chat_member(group, IVAN, can_pin_messages=True)
    admins = await bot.get_chat_administrators(group)
    assert {admin.user.id for admin in admins} == {ANN, BOT, IVAN}
    with pytest.raises(TelegramBadRequest, match="can't remove chat owner"):
        await bot.ban_chat_member(group, ANN)
    await bot.promote_chat_member(group, IVAN)
    await bot.ban_chat_member(group, IVAN)
    with pytest.raises(Refused, match="USER_KICKED"):
        await phone.act(AddMember(ANN, group, IVAN))
    await bot.unban_chat_member(group, IVAN)
    await phone.act(AddMember(ANN, group, IVAN))
    statuses = [u.chat_member.new_chat_member.status for u in await taken(bot) if u.chat_member]
    assert statuses == ["restricted", "administrator", "member", "kicked", "left", "member"]


async def test_deleting_others_messages_needs_the_right(phone: Phone, bot: Bot) -> None:
    """The bot can always delete its own."""
    group = await made(phone)
    await phone.act(SendText(IVAN, "spam", chat_id=group))
    spam = (await phone.said_in(group))[-1]["message_id"]
    own = await bot.send_message(group, "x")
    with pytest.raises(TelegramBadRequest, match="message can't be deleted"):
        await bot.delete_message(group, spam)
    assert await bot.delete_message(group, own.message_id)
    await phone.act(SetAdmin(ANN, group, BOT, ADMIN))
    assert await bot.delete_message(group, spam)
    assert "spam" not in [message.get("text") for message in await phone.said_in(group)]


async def test_an_anonymous_administrator_writes_as_the_group(phone: Phone, bot: Bot) -> None:
    """The sender in `from` is Telegram's placeholder."""
    group = await made(phone, admin=True)
    await phone.act(SetAdmin(ANN, group, ANN, ("is_anonymous",)))
    await phone.act(SendText(ANN, "hidden", chat_id=group))
    message = (await taken(bot))[-1].message
    assert message
    assert message.sender_chat
    assert message.sender_chat.id == group
    assert message.from_user
    assert message.from_user.username == "GroupAnonymousBot"


async def test_a_channels_post_appears_in_its_discussion_group(phone: Phone, bot: Bot) -> None:
    """As an automatic forward from the channel; comments are replies to it."""
    group = await made(phone, admin=True)
    created = await phone.act(CreateGroup(ANN, "News", kind="channel", username="newsline"))
    assert isinstance(created, GroupCreated)
    await phone.act(LinkDiscussion(ANN, created.chat_id, group))
    await phone.act(SetAdmin(ANN, created.chat_id, BOT, ("can_post_messages",)))
    await phone.act(SendText(ANN, "Big news", chat_id=created.chat_id))
    updates = await taken(bot)
    post = next(update.channel_post for update in updates if update.channel_post)
    mirrored = next(u.message for u in updates if u.message and u.message.text == "Big news")
    assert post.from_user is None
    assert post.sender_chat
    assert mirrored.is_automatic_forward
    assert mirrored.forward_origin
    assert mirrored.forward_origin.type == "channel"
    await bot.send_message("@newsline", "More")
    assert (await phone.said_in(group))[-1]["text"] == "More"
    await phone.act(SendText(IVAN, "so?", reply_to=mirrored.message_id, chat_id=group))
    comment = (await taken(bot))[-1].message
    assert comment
    assert comment.message_thread_id == mirrored.message_id


async def test_a_group_that_became_a_supergroup_names_its_new_id(phone: Phone, bot: Bot) -> None:
    """In the error's parameters, and in service messages on both sides."""
    created = await phone.act(CreateGroup(ANN, "Old", kind="group", member_ids=(BOT,)))
    assert isinstance(created, GroupCreated)
    upgraded = await phone.act(UpgradeGroup(ANN, created.chat_id))
    assert isinstance(upgraded, GroupCreated)
    answer = await phone.call("sendMessage", chat_id=created.chat_id, text="x")
    assert answer["parameters"] == {"migrate_to_chat_id": upgraded.chat_id}
    messages = [update.message for update in await taken(bot) if update.message]
    assert messages[-2].migrate_to_chat_id == upgraded.chat_id
    assert messages[-1].migrate_from_chat_id == created.chat_id
    assert (await bot.send_message(upgraded.chat_id, "x")).chat.type == "supergroup"


async def test_people_join_by_links_and_by_request(phone: Phone, bot: Bot) -> None:
    """A join request waits for an answer."""
    group = await made(phone, admin=True)
    link = await bot.create_chat_invite_link(group, creates_join_request=True)
    await phone.act(JoinByLink(LAYLA, link.invite_link))
    (update,) = await taken(bot)
    assert update.chat_join_request
    assert update.chat_join_request.from_user.id == LAYLA
    await update.chat_join_request.approve()
    assert (await bot.get_chat_member(group, LAYLA)).status == "member"
    await bot.revoke_chat_invite_link(group, link.invite_link)
    with pytest.raises(Refused, match="INVITE_HASH_EXPIRED"):
        await phone.act(JoinByLink(LAYLA, link.invite_link))


async def test_an_ephemeral_message_is_seen_by_one_member(phone: Phone, bot: Bot) -> None:
    """It has no ordinary id, can answer a button within 15 s, and is edited by methods of its
    own."""
    group = await made(phone)
    button = InlineKeyboardButton(text="Settings", callback_data="s")
    shown = await bot.send_message(
        group, "x", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]])
    )
    await phone.act(PressButton(IVAN, shown.message_id, "s", chat_id=group))
    query = (await taken(bot))[-1].callback_query
    assert query
    parameters = {"receiver_user_id": IVAN, "callback_query_id": query.id}
    call = {"chat_id": group, "text": "For you", "ephemeral_message_parameters": parameters}
    message = (await phone.call("sendMessage", **call))["result"]
    assert (message["message_id"], message["receiver_user"]["id"]) == (0, IVAN)
    assert "For you" not in [m.get("text") for m in await phone.said_in(group)]
    wrong = await phone.call(
        "sendMessage",
        **{**call, "ephemeral_message_parameters": {**parameters, "receiver_user_id": ANN}},
    )
    assert "query is too old" in wrong["description"]
    number = message["ephemeral_message_id"]
    named = {"chat_id": group, "receiver_user_id": IVAN, "ephemeral_message_id": number}
    assert (await phone.call("editEphemeralMessageText", **named, text="Changed"))["ok"]
    assert (await phone.group(group))["ephemeral"][0]["text"] == "Changed"
    assert (await phone.call("deleteEphemeralMessage", **named))["ok"]
    assert (await phone.group(group))["ephemeral"] == []


async def test_reactions_votes_and_quotes(phone: Phone, bot: Bot) -> None:
    """Administrators that asked for reactions get them, the poll's owner gets votes; a quote must
    be part of the message."""
    group = await made(phone, admin=True)
    poll = await bot.send_poll(group, "Which?", ["a", "b"], is_anonymous=False)
    await phone.act(React(IVAN, poll.message_id, ("👍",), chat_id=group))
    await phone.act(Vote(IVAN, poll.message_id, (1,), chat_id=group))
    await phone.act(Vote(ANN, poll.message_id, (1,), chat_id=group))
    updates = await taken(bot)
    reaction = next(u.message_reaction for u in updates if u.message_reaction)
    assert reaction.new_reaction[0].type == "emoji"
    await bot(DeleteMessageReaction(chat_id=group, message_id=poll.message_id, user_id=IVAN))
    shown = next(m for m in (await phone.group(group))["messages"] if m["id"] == poll.message_id)
    assert shown["reactions"] == {}
    answers = [u.poll_answer for u in updates if u.poll_answer]
    assert [answer.option_ids for answer in answers] == [[1], [1]]
    closed = await bot.stop_poll(group, poll.message_id)
    assert [option.voter_count for option in closed.options] == [0, 2]
    with pytest.raises(Refused, match="MESSAGE_POLL_CLOSED"):
        await phone.act(Vote(IVAN, poll.message_id, (0,), chat_id=group))
    await phone.act(SendPoll(IVAN, "Mine?", ("x", "y"), chat_id=group))
    asked = (await taken(bot))[-1].message
    assert asked
    assert asked.poll
    said = await bot.send_message(group, "one two 👍 three")
    await phone.act(SendText(IVAN, "what?", said.message_id, group, quote="three"))
    quoting = (await taken(bot))[-1].message
    assert quoting
    assert quoting.quote
    assert quoting.quote.position == 11
    with pytest.raises(Refused, match="QUOTE_TEXT_INVALID"):
        await phone.act(SendText(IVAN, "what?", said.message_id, group, quote="four"))
