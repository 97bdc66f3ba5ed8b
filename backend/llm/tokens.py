"""Counts tokens without any model's own tokenizer: an estimate that rather says too many.

Today's tokenizers take about four bytes of English a token, two to three of other alphabets,
and three of one Chinese character, so a third of the UTF-8 bytes is seldom too few.
"""

from backend.llm.port import ChatRequest, ImagePart, Part, TextPart

BYTES_PER_TOKEN = 3
TURN_TOKENS = 8
IMAGE_TOKENS = 1_600
"""What a picture of ordinary size costs at the providers that say so."""


def count_tokens(text: str) -> int:
    """An estimate of the tokens of `text`, rather too many than too few."""
    return of_bytes(utf8_bytes(text))


def of_bytes(length: int) -> int:
    """An estimate of the tokens of a text of this many bytes."""
    return -(-length // BYTES_PER_TOKEN)


def utf8_bytes(text: str) -> int:
    """The text's bytes in UTF-8; unlike tokens, the counts of pieces add up."""
    return len(text) if text.isascii() else len(text.encode())


def count_request(request: ChatRequest) -> int:
    """Tokens of everything that `request` sends: instructions, turns and attachments."""
    parts = sum(_count_part(part) for turn in request.turns for part in turn.parts)
    return count_tokens(request.system) + parts + TURN_TOKENS * (1 + len(request.turns))


def _count_part(part: Part) -> int:
    if isinstance(part, TextPart):
        return count_tokens(part.text)
    if isinstance(part, ImagePart):
        return IMAGE_TOKENS
    # A provider reads a file's text: for a PDF that is far less than its bytes.
    return len(part.data) // (10 * BYTES_PER_TOKEN) + 1
