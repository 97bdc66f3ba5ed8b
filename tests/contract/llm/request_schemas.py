"""What each provider takes in a request, in our own words, after their published schemas (2026-11).

A member that is not named here is refused by that provider, or does nothing there. Only what an
adapter of ours may send is named: a new member of a request belongs here first.
"""

# ruff: noqa: D101 - each class is the object of that name in the provider's documentation

from typing import Annotated, Any, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

Bare: TypeAlias = Annotated[str, Meta(pattern=r"^[a-z0-9.-]+$")]
DataUri: TypeAlias = Annotated[
    str, Meta(pattern=r"^data:[a-z]+/[a-z0-9.+-]+;base64,[A-Za-z0-9+/]+=*$")
]
Base64: TypeAlias = Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]+=*$")]
Date: TypeAlias = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\d$")]
Positive: TypeAlias = Annotated[int, Meta(ge=1)]
Warmth: TypeAlias = Annotated[float, Meta(ge=0, le=2)]
Words: TypeAlias = Annotated[str, Meta(min_length=1)]
SafetyId: TypeAlias = Annotated[str, Meta(min_length=1, max_length=128)]
Effort: TypeAlias = Literal["none", "minimal", "low", "medium", "high", "xhigh"]


class Strict(Struct, forbid_unknown_fields=True, kw_only=True):
    """No other members."""


# Responses: xAI and OpenAI.


class InputText(Strict, tag_field="type", tag="input_text"):
    text: Words


class InputImage(Strict, tag_field="type", tag="input_image"):
    image_url: DataUri
    detail: Literal["auto", "low", "high"] | UnsetType = UNSET


class InputFile(Strict, tag_field="type", tag="input_file"):
    filename: Words
    file_data: DataUri


class ResponsesItem(Strict):
    role: Literal["user", "assistant"]
    content: Words | list[InputText | InputImage | InputFile]


class OpenAIDomains(Strict):
    allowed_domains: Annotated[list[Bare], Meta(min_length=1, max_length=100)]


class XaiDomains(Strict):
    allowed_domains: Annotated[list[Bare], Meta(max_length=5)] | UnsetType = UNSET
    excluded_domains: Annotated[list[Bare], Meta(max_length=5)] | UnsetType = UNSET


class OpenAIWebSearch(Strict, tag_field="type", tag="web_search"):
    filters: OpenAIDomains | UnsetType = UNSET


class XaiWebSearch(Strict, tag_field="type", tag="web_search"):
    filters: XaiDomains | UnsetType = UNSET


class XSearch(Strict, tag_field="type", tag="x_search"):
    allowed_x_handles: Annotated[list[str], Meta(max_length=10)] | UnsetType = UNSET
    excluded_x_handles: Annotated[list[str], Meta(max_length=10)] | UnsetType = UNSET
    from_date: Date | UnsetType = UNSET
    to_date: Date | UnsetType = UNSET


class ReasoningOptions(Strict):
    effort: Effort | UnsetType = UNSET
    summary: Literal["auto", "concise", "detailed"] | UnsetType = UNSET


class ResponsesRequest(Strict):
    model: Words
    input: Annotated[list[ResponsesItem], Meta(min_length=1)]
    stream: bool
    store: Literal[False]
    instructions: Words | UnsetType = UNSET
    max_output_tokens: Positive | UnsetType = UNSET
    temperature: Warmth | UnsetType = UNSET
    safety_identifier: SafetyId | UnsetType = UNSET
    reasoning: ReasoningOptions | UnsetType = UNSET


class Obfuscation(Strict):
    include_obfuscation: bool


class OpenAIResponses(ResponsesRequest):
    tools: list[OpenAIWebSearch] | UnsetType = UNSET
    max_tool_calls: Positive | UnsetType = UNSET
    stream_options: Obfuscation | UnsetType = UNSET


class XaiResponses(ResponsesRequest):
    tools: list[XaiWebSearch | XSearch] | UnsetType = UNSET
    max_turns: Positive | UnsetType = UNSET


# Chat Completions: OpenAI, and those who copy it.


class ChatText(Strict, tag_field="type", tag="text"):
    text: Words


class ImageUrl(Strict):
    url: DataUri


class ChatImage(Strict, tag_field="type", tag="image_url"):
    image_url: ImageUrl


class FileData(Strict):
    filename: Words
    file_data: DataUri


class ChatFile(Strict, tag_field="type", tag="file"):
    file: FileData


class ChatMessage(Strict):
    role: Literal["system", "user", "assistant"]
    content: Words | list[ChatText | ChatImage | ChatFile]


class IncludeUsage(Strict):
    include_usage: bool


class ChatRequestShape(Strict):
    model: Words
    messages: Annotated[list[ChatMessage], Meta(min_length=1)]
    stream: bool
    temperature: Warmth | UnsetType = UNSET


class PlainChat(ChatRequestShape):
    stream_options: IncludeUsage | UnsetType = UNSET
    max_tokens: Positive | UnsetType = UNSET


class OpenAIChat(ChatRequestShape):
    stream_options: IncludeUsage | UnsetType = UNSET
    max_completion_tokens: Positive | UnsetType = UNSET
    reasoning_effort: Effort | UnsetType = UNSET
    safety_identifier: SafetyId | UnsetType = UNSET
    store: Literal[False] | UnsetType = UNSET


class GroqChat(ChatRequestShape):
    stream_options: IncludeUsage | UnsetType = UNSET
    max_completion_tokens: Positive | UnsetType = UNSET
    reasoning_effort: Effort | UnsetType = UNSET


class GeminiChat(PlainChat):
    reasoning_effort: Effort | UnsetType = UNSET


class MistralChat(ChatRequestShape):
    max_tokens: Positive | UnsetType = UNSET


class OpenRouterEffort(Strict):
    effort: Effort


class OpenRouterChat(PlainChat):
    reasoning: OpenRouterEffort | UnsetType = UNSET
    user: SafetyId | UnsetType = UNSET


class LlamaChat(PlainChat):
    cache_prompt: bool | UnsetType = UNSET


# Anthropic Messages.


class Base64Source(Strict, tag_field="type", tag="base64"):
    media_type: Words
    data: Base64


class AnthropicText(Strict, tag_field="type", tag="text"):
    text: Words


class AnthropicImage(Strict, tag_field="type", tag="image"):
    source: Base64Source


class AnthropicDocument(Strict, tag_field="type", tag="document"):
    source: Base64Source
    title: str | UnsetType = UNSET


class AnthropicMessage(Strict):
    role: Literal["user", "assistant"]
    content: Words | list[AnthropicText | AnthropicImage | AnthropicDocument]


class AnthropicSearch(Strict, tag_field="type", tag="web_search_20260318"):
    name: Literal["web_search"]
    allowed_callers: list[Literal["direct"]]
    max_uses: Positive | UnsetType = UNSET
    allowed_domains: list[Bare] | UnsetType = UNSET
    blocked_domains: list[Bare] | UnsetType = UNSET


class AnthropicMetadata(Strict):
    user_id: SafetyId


class AdaptiveThinking(Strict, tag_field="type", tag="adaptive"):
    display: Literal["summarized", "omitted"] | UnsetType = UNSET


class OutputConfig(Strict):
    effort: Literal["low", "medium", "high", "xhigh", "max"]


class AnthropicMessages(Strict):
    model: Words
    max_tokens: Positive
    messages: Annotated[list[AnthropicMessage], Meta(min_length=1)]
    stream: bool
    system: Words | UnsetType = UNSET
    temperature: Annotated[float, Meta(ge=0, le=1)] | UnsetType = UNSET
    metadata: AnthropicMetadata | UnsetType = UNSET
    thinking: AdaptiveThinking | UnsetType = UNSET
    output_config: OutputConfig | UnsetType = UNSET
    tools: list[AnthropicSearch] | UnsetType = UNSET


# Making pictures: OpenAI's newer models take no `response_format`; xAI's would answer an address.


class PictureRequest(Strict):
    model: Words
    prompt: Annotated[str, Meta(min_length=1, max_length=8_000)]
    n: Annotated[int, Meta(ge=1, le=10)]


class XaiPicture(PictureRequest):
    response_format: Literal["b64_json"]


PICTURES: dict[str, Any] = {"plain": PictureRequest, "xai": XaiPicture}

SCHEMAS: dict[tuple[str, str], Any] = {
    ("responses", "xai"): XaiResponses,
    ("responses", "openai"): OpenAIResponses,
    ("chat_completions", "plain"): PlainChat,
    ("chat_completions", "openai"): OpenAIChat,
    ("chat_completions", "openrouter"): OpenRouterChat,
    ("chat_completions", "gemini"): GeminiChat,
    ("chat_completions", "mistral"): MistralChat,
    ("chat_completions", "groq"): GroqChat,
    ("chat_completions", "deepseek"): PlainChat,
    ("chat_completions", "llama.cpp"): LlamaChat,
    ("anthropic", "plain"): AnthropicMessages,
}
