"""What the readers find, in this process: the locked one is tested by tests/security.

Exercises backend/reading/page_lines.py, backend/reading/docx_text.py,
backend/reading/docx_package.py, backend/reading/pdf_fonts.py, backend/reading/pdf_forms.py.
"""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from backend.reading.docx import read_docx
from backend.reading.page import read_html
from backend.reading.pdf import read_pdf
from backend.reading.pictures import read_picture
from backend.reading.plain import read_text
from backend.reading.recordings import read_recording
from backend.reading.schemas import MAX_SIDE, MAX_TEXT, CannotRead
from backend.reading.sniff import sniff
from tests.fixtures.documents import SECRET_MAKER, WORD, archive, docx, ogg, pdf, picture


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_pictures_lose_everything_but_their_pixels(form: str) -> None:
    """Where and by whom it was taken is gone; how it is to be held was obeyed."""
    found, content = read_picture(picture(form))
    assert SECRET_MAKER.encode() not in content
    with Image.open(io.BytesIO(content)) as image:
        assert dict(image.getexif()) == {}
        assert image.size == (found.width, found.height)
    assert (found.width, found.height) == ((64, 48) if form == "GIF" else (48, 64))


def test_pictures_are_scaled_down() -> None:
    """No provider looks closer than that, and every pixel is paid for."""
    found, _ = read_picture(picture(size=(5_000, 100)))
    assert found.height == MAX_SIDE  # it was upright
    assert found.media_type == "image/jpeg"


def test_transparency_is_kept_while_that_is_small() -> None:
    """As PNG; a picture without any becomes what is smaller."""
    found, content = read_picture(picture("PNG", mode="RGBA"))
    assert found.media_type == "image/png"
    with Image.open(io.BytesIO(content)) as image:
        assert image.mode == "RGBA"


def test_pdf_text_and_pages() -> None:
    """Page by page; a scan has none."""
    found, _ = read_pdf(pdf("First page", "", "Third page"))
    assert found.pages == 3
    assert found.text == "First page\n\nThird page"
    assert read_pdf(pdf(""))[0].text == ""


def test_docx_text_tables_and_notes() -> None:
    """Paragraphs are lines, rows are lines, cells are apart; notes follow."""
    table = "<w:tbl><w:tr>" + "".join(
        f"<w:tc><w:p><w:r><w:t>{cell}</w:t></w:r></w:p></w:tc>" for cell in ("a", "b")
    )
    document = (
        f'<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>Привет</w:t><w:tab/>'
        f"<w:t>мир</w:t></w:r></w:p>{table}</w:tr></w:tbl></w:body></w:document>"
    )
    notes = f'<w:footnotes xmlns:w="{WORD}"><w:p><w:r><w:t>note</w:t></w:r></w:p></w:footnotes>'
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": document,
        "word/footnotes.xml": notes,
    }
    lines = [" ".join(line.split()) for line in read_docx(archive(parts)).text.split("\n")]
    assert [line for line in lines if line] == ["Привет мир", "a b", "note"]


def test_long_texts_are_cut_and_said_to_be() -> None:
    """A model could not read them anyway; what is kept of the file is whole."""
    found, content = read_text(b"word " * (MAX_TEXT // 4))
    assert found.truncated
    assert len(found.text) == MAX_TEXT
    assert len(content) == 5 * (MAX_TEXT // 4)
    assert read_docx(docx("word " * (MAX_TEXT // 4))).truncated


RUSSIAN = "Привет, мир! Это обычный русский текст, по которому угадывают кодировку."


@given(st.binary(max_size=400))
def test_no_bytes_break_the_text_reader(data: bytes) -> None:
    """Anything is text or refused."""
    try:
        found, content = read_text(data)
    except CannotRead:
        return
    assert content.decode() == found.text
    assert "\0" not in found.text


@given(st.binary(max_size=64))
def test_sniffing_never_fails(data: bytes) -> None:
    """It looks at fixed places only."""
    assert sniff(data) is None or sniff(data) is not None


def test_pages_lose_their_menus_and_scripts() -> None:
    """What a reader came for is left."""
    words = "The mountain is 8611 metres high and was first climbed in 1954. " * 6
    html = f"""<html><head><title> K2  mountain </title><script>steal()</script></head>
    <body><nav><a href=/>Home</a><a href=/login>Log in</a></nav>
    <article><h1>K2</h1><p>{words}</p></article><footer>Cookies</footer></body></html>"""
    found = read_html(html.encode(), "")
    assert found.title == "K2 mountain"
    assert "8611 metres" in found.text
    assert "steal" not in found.text
    assert "Log in" not in found.text


def test_short_pages_are_read_whole() -> None:
    """Where there is no article to find, all words are taken."""
    assert read_html(b"<p>Just this.</p>", "").text == "Just this."


def test_pages_say_their_alphabet_in_two_places() -> None:
    """The server's word, else the page's own."""
    html = f'<meta charset="windows-1251"><p>{RUSSIAN}</p>'
    assert RUSSIAN in read_html(html.encode("cp1251"), "").text
    assert RUSSIAN in read_html(f"<p>{RUSSIAN}</p>".encode("koi8-r"), "KOI8-R").text


def test_recordings_tell_their_length_and_lose_their_tags() -> None:
    """Opus counts 48,000 a second; MP3's tags name people."""
    found, content = read_recording(ogg(7), "audio/ogg")
    assert (found.seconds, content) == (7, ogg(7))
    sound = b"\xff\xfb" + b"\0" * 400
    tagged = b"ID3\x04\0\0\0\0\0\x0aAnn's song" + sound + b"TAG" + b"Ann".ljust(125)
    assert read_recording(tagged, "audio/mpeg")[1] == sound
