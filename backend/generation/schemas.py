"""The generation room's types."""

from typing import Literal, TypeAlias
from uuid import UUID

from msgspec import Struct

from backend.citations import Citation
from backend.conversations import Asked, Message
from backend.files import Attached, Wanted, is_links_alone
from backend.generation.stream.events import State
from backend.llm import ChatRequest, ImagePart, Model, ReceiptSource

RunKind: TypeAlias = Literal["send", "regenerate", "continue"]


class SendMessage(Struct, frozen=True, kw_only=True):
    """A message of a person. `id` is the message's id and the idempotency key. It goes to the end
    of the conversation; with `branch`, as when a question is edited, after `parent_id`. `create`
    makes the conversation if it is new, `server_only` or not; `task` with `options` names what the
    answer is for; `search` lets the model search. `files` are the person's own, uploaded before.
    `scheduled`: nobody waits for the answer, which goes to the chat with the bot. `placeholders`
    are those in `text` for other people's names and the like. `group_id`: the group that it is
    asked in, whose plan pays before the person's own."""

    id: UUID
    conversation_id: UUID
    parent_id: UUID | None
    text: str
    branch: bool = False
    model_id: str | None = None
    task: str | None = None
    create: bool = False
    files: tuple[UUID, ...] = ()
    options: dict[str, str] = {}
    search: bool = False
    server_only: bool = False
    scheduled: bool = False
    placeholders: dict[str, str] = {}
    group_id: int | None = None

    @property
    def asked(self) -> Asked:
        """How it is to be answered."""
        return Asked(self.task, self.options, self.search, self.placeholders)


class Regenerate(Struct, frozen=True, kw_only=True):
    """Another answer to the same question as `message_id`; `id` is the idempotency key."""

    id: UUID
    message_id: UUID
    model_id: str | None = None


class Continue(Struct, frozen=True, kw_only=True):
    """Continue the answer `message_id`, which ended early; `id` is the idempotency key."""

    id: UUID
    message_id: UUID


class Run(Struct, frozen=True, kw_only=True):
    """One generation of one answer, started or joined."""

    id: UUID
    user_id: int
    conversation_id: UUID
    message_id: UUID
    state: State = "running"


class Materials(Struct, frozen=True, kw_only=True):
    """Files and linked pages that must be loaded before a model is asked.

    `history`, which begins at the root if it is `whole`, and `plan_tokens` are what the request
    was made of, and is made of again with pages.
    """

    history: tuple[Message, ...]
    whole: bool
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
        """Whether the question consists of links only."""
        return is_links_alone(self.history[-1].text) and not self.attached.get(self.question_id)


class Brought(Struct, frozen=True):
    """A file or page of the question in the form for the model, until it is judged."""

    source: ReceiptSource
    text: str = ""
    picture: ImagePart | None = None


class RunOrder(Struct, frozen=True, kw_only=True):
    """A run as it was accepted: all that writing its answer needs.

    `base` and `base_citations` are what the answer has already; `start` the first event's JSON;
    `question_id` is the message that is answered, `message_ids` those that `request` was made
    of, `prompts` the templates, such as `system@1`; `cut_at` is the first of the messages when
    older ones did not fit. `input_tokens` is the most that the request will take once it has what
    it lacks; `budget` the most micro-dollars that may be spent on it, None if nothing limits that.
    `sources` are the stored texts and files that the request is made of, in their order;
    `placeholders` what stands in the texts for what is not sent; `unjudged` what moderation has
    yet to look at of the question's files.
    """

    run: Run
    kind: RunKind
    language: str
    choices: tuple[Model, ...]
    request: ChatRequest
    question_id: UUID
    input_tokens: int
    message_ids: tuple[UUID, ...]
    start: bytes
    prompts: tuple[str, ...] = ()
    sources: tuple[ReceiptSource, ...] = ()
    placeholders: dict[str, str] = {}
    server_only: bool = False
    base: str = ""
    base_citations: tuple[Citation, ...] = ()
    cut_at: UUID | None = None
    wants_title: bool = False
    paints: bool = False
    lacking: Materials | None = None
    unjudged: tuple[Brought, ...] = ()
    priority: int = 0
    daily_limit: int = 0
    scheduled: bool = False
    budget: int | None = None
