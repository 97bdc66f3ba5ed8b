"""What the generation room takes and hands out."""

from typing import Literal, TypeAlias
from uuid import UUID

from msgspec import Struct

from backend.conversations import Asked, Citation, Message
from backend.generation.events import State
from backend.llm import ChatRequest, Model
from backend.sources import Attached, Wanted, is_links_alone

Kind: TypeAlias = Literal["send", "regenerate", "continue"]


class SendMessage(Struct, frozen=True, kw_only=True):
    """What a person says. `id` is the message's and the idempotency key; `create` makes the
    conversation if it is new; `task` names what the answer is for, with its `options`; `search`
    lets the model look things up. `files` are the person's own, uploaded before."""

    id: UUID
    conversation_id: UUID
    parent_id: UUID | None
    text: str
    model_id: str | None = None
    task: str | None = None
    create: bool = False
    files: tuple[UUID, ...] = ()
    options: dict[str, str] = {}
    search: bool = False

    @property
    def asked(self) -> Asked:
        """How it is to be answered."""
        return Asked(self.task, self.options, self.search)


class Regenerate(Struct, frozen=True, kw_only=True):
    """Another answer beside `message_id`; `id` is the idempotency key."""

    id: UUID
    message_id: UUID
    model_id: str | None = None


class Continue(Struct, frozen=True, kw_only=True):
    """Let the answer `message_id`, which ended early, go on; `id` is the idempotency key."""

    id: UUID
    message_id: UUID


class Run(Struct, frozen=True, kw_only=True):
    """One generation of one answer, begun or joined."""

    id: UUID
    user_id: int
    conversation_id: UUID
    message_id: UUID
    state: State = "running"


class Supplies(Struct, frozen=True, kw_only=True):
    """What is still to be gathered before a model is asked: files, and pages behind `links`.

    `history` and `plan_tokens` are what the request was made of, and is made of again with pages.
    """

    history: tuple[Message, ...]
    plan_tokens: int
    attached: Attached
    materials: tuple[Wanted, ...]
    links: tuple[str, ...]

    @property
    def question_id(self) -> UUID:
        """The message that is answered: pages become part of it."""
        return self.history[-1].id

    @property
    def is_links_alone(self) -> bool:
        """Whether the question is about its pages and nothing else."""
        return is_links_alone(self.history[-1].text) and not self.attached.get(self.question_id)


class Order(Struct, frozen=True, kw_only=True):
    """A run as it was accepted: all that writing its answer needs.

    `base` and `base_citations` are what the answer has already; `start` the first event's JSON;
    `message_ids` the messages that `request` was made of, `prompts` the templates, such as
    `system@1`; `cut_at` is the first of the messages when older ones did not fit. `input_tokens`
    is the most that the request will take once it has all its supplies; `budget` the most
    micro-dollars that may be spent on it, None if nothing limits that.
    """

    run: Run
    kind: Kind
    language: str
    choices: tuple[Model, ...]
    request: ChatRequest
    input_tokens: int
    message_ids: tuple[UUID, ...]
    start: bytes
    prompts: tuple[str, ...] = ()
    base: str = ""
    base_citations: tuple[Citation, ...] = ()
    cut_at: UUID | None = None
    wants_title: bool = False
    paints: bool = False
    supplies: Supplies | None = None
    priority: int = 0
    daily_limit: int = 0
    budget: int | None = None
