"""Recipes: a body is made again exactly, and what is stored elsewhere is not in them."""

import base64
import json
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.llm.receipts import ContentSource, ReceiptSource, TextSource
from backend.privacy.receipts_recipe import (
    ContentPiece,
    LiteralPiece,
    Stored,
    TextPiece,
    follow_recipe,
    make_recipe,
    pack,
    unpack,
)

ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))
STORED_BY_RELEASES = Path(__file__).parent / "stored_recipes.json"

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


def stored(*sources: ReceiptSource) -> Stored:
    """What is in the database."""
    kept = [source for source in sources if isinstance(source, TextSource)]
    files = [source for source in sources if isinstance(source, ContentSource)]
    return Stored(
        {source.id: source.text for source in kept if source.kind == "message"},
        {source.id: source.text for source in kept if source.kind == "file"},
        {source.id: source.data for source in files if source.id is not None},
    )


def literal(recipe: tuple[object, ...]) -> bytes:
    """What of a body is in its recipe."""
    return b"".join(piece.data for piece in recipe if isinstance(piece, LiteralPiece))


@given(st.lists(texts, max_size=6), st.binary(max_size=60), st.data())
def test_every_body_is_made_again_exactly(
    said: list[str], content: bytes, data: st.DataObject
) -> None:
    """Whatever is said, and whichever of it the recipe is told of, in whichever order."""
    sources: list[ReceiptSource] = [
        TextSource("message", UUID(int=number + 10), text) for number, text in enumerate(said)
    ]
    sources.append(ContentSource(ONE, content))
    body = msgspec.json.encode(
        {"messages": [{"role": "user", "content": text} for text in said], "file": content}
    )
    known = data.draw(st.permutations(sources))
    recipe = make_recipe(body, known)
    assert follow_recipe(unpack(pack(recipe)), stored(*sources)) == body


@given(st.binary(max_size=200), texts, st.binary(max_size=20))
def test_any_bytes_are_a_body(body: bytes, text: str, content: bytes) -> None:
    """Also what is no JSON, such as a form."""
    sources = (TextSource("message", ONE, text), ContentSource(TWO, content))
    assert follow_recipe(make_recipe(body, sources), stored(*sources)) == body


def test_words_are_not_kept_twice() -> None:
    """Messages, files and pictures are referred to, also very short ones and ones with letters
    that JSON writes otherwise."""
    said = TextSource("message", ONE, 'Look at "this"\n\t— и это 🙂')
    short = TextSource("message", TWO, "hi")
    picture = ContentSource(THREE, b"\x89PNG" + bytes(range(200)))
    body = msgspec.json.encode(
        {
            "messages": [
                {"role": "user", "content": short.text},
                {
                    "content": [
                        {"url": f"data:image/png;base64,{base64.b64encode(picture.data).decode()}"},
                        {"type": "text", "text": said.text},
                    ]
                },
            ]
        }
    )
    recipe = make_recipe(body, (short, picture, said))
    left = literal(recipe)
    assert b"Look" not in left
    assert b'"hi"' not in left
    assert len(left) < 150
    assert [type(piece) for piece in recipe if not isinstance(piece, LiteralPiece)] == [
        TextPiece,
        ContentPiece,
        TextPiece,
    ]


def test_parts_of_a_text_are_found() -> None:
    """A text may be cut at either end, or have single characters replaced, on its way."""
    long = "".join(f"Sentence {number} of many. " for number in range(200))
    for sent in (long[:600].strip(), long[-600:].strip(), long[:900].replace("150", "15x")):
        body = msgspec.json.encode({"input": f"Title for:\n\n{sent}\n\n---"})
        source = TextSource("file", ONE, long)
        recipe = make_recipe(body, (source,))
        assert follow_recipe(recipe, stored(source)) == body
        assert b"Sentence" not in literal(recipe)


def test_what_is_gone_is_told() -> None:
    """Nothing is made up for a message or a file that is not there any more."""
    source, picture = TextSource("message", ONE, "something rather long"), ContentSource(TWO, b"1")
    body = msgspec.json.encode({"content": source.text, "file": picture.data})
    recipe = make_recipe(body, (source, picture))
    assert follow_recipe(recipe, stored(picture)) is None
    assert follow_recipe(recipe, stored(source)) is None


def test_a_recording_that_is_not_kept_is_not_in_its_recipe() -> None:
    """It was listened to and forgotten: a receipt is no way to keep it."""
    recording = bytes(range(256)) * 4
    recipe = make_recipe(b"--form\r\n" + recording + b"\r\n--", (ContentSource(None, recording),))
    assert literal(recipe) == b"--form\r\n\r\n--"
    assert follow_recipe(recipe, stored()) is None


def test_making_one_takes_bounded_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts that almost match everywhere do not make it search for ever."""
    from backend.privacy import receipts_recipe

    asked = 0
    encode = receipts_recipe.json_text

    def counting(text: str) -> bytes:
        nonlocal asked
        asked += 1
        return encode(text)

    monkeypatch.setattr(receipts_recipe, "json_text", counting)
    piece = "abcdefghijklmnopqrstuvwxyz"
    sources = [TextSource("message", UUID(int=n), f"{piece}{n}" * 200) for n in range(300)]
    make_recipe(msgspec.json.encode({"input": piece * 20_000}), sources)
    assert asked < 3 * (receipts_recipe.MAX_SEARCHES + len(sources))


@pytest.mark.parametrize("packed", [b"", b"2abc", b"1not zlib", pack(())[:-3]])
def test_damaged_recipes_are_refused(packed: bytes) -> None:
    """Also those of a format to come."""
    with pytest.raises(ValueError, match="recipe"):
        unpack(packed)


@pytest.mark.parametrize("case", json.loads(STORED_BY_RELEASES.read_text()))
def test_recipes_of_earlier_releases_give_the_same_bytes(case: dict[str, str]) -> None:
    """Recipes as they were stored, with the hashes that stand in their receipts. Add to the
    file; nothing in it may ever be changed."""
    import hashlib

    content = base64.b64decode(case["content"])
    kept = Stored(
        {ONE: case["message"], TWO: case["answer"]}, {THREE: case["file"]}, {THREE: content}
    )
    body = follow_recipe(unpack(base64.b64decode(case["recipe"])), kept)
    assert body is not None
    assert hashlib.sha256(body).hexdigest() == case["sha256"]
