"""Adding, changing and removing people, and resetting the world."""

import msgspec

from telegram_emulator.actions import RemovePerson, ResetWorld, Saved, SavePerson
from telegram_emulator.control.handlers import Actions
from telegram_emulator.errors import ActionRefused
from telegram_emulator.events import PersonEvent, PersonRemovedEvent, ResetEvent
from telegram_emulator.hub import Hub
from telegram_emulator.world import ChatRecord, WalletRecord

HIGHEST_ID = 2**52


def save_person(hub: Hub, action: SavePerson) -> Saved:
    """Add or change a person."""
    person = action.person
    if not person.first_name.strip() or not 0 <= person.id < HIGHEST_ID:
        raise ActionRefused("FIRSTNAME_INVALID")
    if person.id == hub.profile.bot_id:
        raise ActionRefused("USER_ID_INVALID")
    world = hub.world
    if person.id == 0:
        person = msgspec.structs.replace(person, id=world.next_person_id)
        world.next_person_id += 1
    world.people[person.id] = person
    world.chats.setdefault(person.id, ChatRecord())
    world.wallets.setdefault(person.id, WalletRecord())
    hub.changes.emit(PersonEvent(person))
    hub.chats.tell(person.id)
    hub.ledger.tell(person.id)
    return Saved(person)


def remove_person(hub: Hub, action: RemovePerson) -> None:
    """Remove a person; the Stars that the bot got from them stay in its transactions."""
    world, person_id = hub.world, action.person_id
    hub.chats.person(person_id)
    if len(world.people) == 1:
        raise ActionRefused("the last person cannot be removed")
    del world.people[person_id]
    for kept in (world.chats, world.wallets, world.storage, world.bot.menu_buttons):
        kept.pop(person_id, None)
    for group in world.groups.values():
        group.members.pop(person_id, None)
        group.requests = [asked for asked in group.requests if asked != person_id]
    gone = {k for k, one in world.business.items() if one.owner_id == person_id}
    for connection_id in gone:
        del world.business[connection_id]
    for key, chat in list(world.business_chats.items()):
        if person_id in (chat.owner_id, chat.customer_id):
            del world.business_chats[key]
            world.chats.pop(key, None)
    world.subscriptions = {k: s for k, s in world.subscriptions.items() if s.person_id != person_id}
    world.queue = [update for update in world.queue if update.key != person_id]
    hub.store.changed()
    hub.changes.emit(PersonRemovedEvent(person_id))


def reset_world(hub: Hub, action: ResetWorld) -> None:
    """Reset everything."""
    hub.store.reset()
    hub.traffic.entries.clear()
    hub.deliveries.changed()
    hub.changes.emit(ResetEvent())


ACTIONS: Actions = {
    SavePerson: save_person,
    RemovePerson: remove_person,
    ResetWorld: reset_world,
}
