"""Documents, pages and texts that are odd, but say something: none of it is lost or turned.

Exercises backend/reading/docx_symbols.py.
"""

import pytest

from backend.reading.docx import read_docx
from backend.reading.page import read_html
from backend.reading.plain import read_text
from backend.reading.sniff import sniff
from backend.text_decoding import decode_text, load_codecs
from tests.fixtures.documents import WORD, archive

NAMES = (
    f'xmlns:w="{WORD}" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
LONG = "<p>" + "The mountain is 8611 metres high and was climbed in 1954. " * 6 + "</p>"


def paragraph(content: str) -> str:
    """A paragraph of a DOCX."""
    return f"<w:p>{content}</w:p>"


def words(text: str) -> str:
    """A run of one."""
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def formula(content: str) -> str:
    """A paragraph with a formula."""
    return paragraph(f"<m:oMath>{content}</m:oMath>")


def term(text: str) -> str:
    """A piece of a formula."""
    return f"<m:r><m:t>{text}</m:t></m:r>"


def document(body: str, **parts: str | bytes) -> str:
    """What is read of a DOCX with this body."""
    whole: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": f"<w:document {NAMES}><w:body>{body}</w:body></w:document>",
    }
    return read_docx(archive(whole | parts)).text


DROPDOWN = (
    '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/>'
    '<w:listEntry w:val="No"/><w:listEntry w:val="Yes"/></w:ddList></w:ffData></w:fldChar></w:r>'
)
TICK = (
    '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="0"/>'
    "<w:checked/></w:checkBox></w:ffData></w:fldChar></w:r>"
)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (formula(term("2") + f"<m:d><m:e>{term('x+1')}</m:e></m:d>"), "2(x+1)"),
        (
            formula(
                '<m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val=""/></m:dPr>'
                f"<m:e>{term('a')}<m:d><m:e>{term('b')}</m:e></m:d></m:e></m:d>"
            ),
            "[a(b)",
        ),
        (formula(f"<m:rad><m:deg/><m:e>{term('2')}</m:e></m:rad>"), "√2"),
        (
            formula(
                '<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr>'
                f"<m:sub>{term('i')}</m:sub><m:e>{term('x')}</m:e></m:nary>"
            ),
            "∑_ix",
        ),
        (formula(f"<m:nary><m:naryPr/><m:e>{term('x')}</m:e></m:nary>"), "∫x"),
        (paragraph(words("Agreed: ") + DROPDOWN), "Agreed: Yes"),
        (paragraph(TICK + words(" agreed")), "☒ agreed"),
        (paragraph('<w:r><w:sym w:font="Symbol" w:char="F061"/></w:r>' + words("=1")), "α=1"),
        (paragraph('<w:r><w:sym w:font="Symbol" w:char="F0A3"/></w:r>' + words("5")), "≤5"),
        (paragraph('<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>'), "✓"),
        (paragraph('<w:r><w:sym w:font="Odd" w:char="F0FC"/></w:r>' + words("x")), "\ufffdx"),
    ],
)
def test_signs_and_fields_of_a_document(body: str, text: str) -> None:
    """Brackets, roots, sums, symbols and what was chosen in a form's fields."""
    assert document(body) == text


def test_what_heads_and_ends_the_pages_is_read_once() -> None:
    """A letter says there whom it is from."""
    relations = (
        '<R><Relationship Type="x/header" Target="h9.xml"/>'
        '<Relationship Type="x/footer" Target="f9.xml"/></R>'
    )
    text = document(
        paragraph(words("Body")),
        **{
            "word/h9.xml": f"<w:hdr {NAMES}>{paragraph(words('From: Ann'))}</w:hdr>",
            "word/f9.xml": f"<w:ftr {NAMES}>{paragraph(words('Page 1'))}</w:ftr>",
            "word/_rels/document.xml.rels": relations,
        },
    )
    assert text.split("\n") == ["Body", "From: Ann", "Page 1"]


@pytest.mark.parametrize(
    "text",
    [
        "MZ is a bank's code.\nMore of it.",
        "BZh was a name of old.",
        "ID3 tags are in front of the sound.",
        "GIF87a and GIF89a are formats.",
        "Rar! said the lion.",
        "OggS begins each page.",
        "RIFF and more of music",
        "fLaC is free of loss.",
        "%!PS is how PostScript begins.",
        "{\\rtf is how RTF begins}",
    ],
)
def test_a_text_may_begin_as_another_format(text: str) -> None:
    """Letters alone are no signature: what has them has bytes that no text has."""
    data = text.encode()
    assert sniff(data) == ("text", "text/plain")
    assert read_text(data)[0].text == text


@pytest.mark.parametrize(
    "start", [b"MZ\x90\0\3\0", b"BZh9\x17rE8P\x90", b"Rar!\x1a\x07\0", b"SQLite format 3\0"]
)
def test_real_ones_are_still_known(start: bytes) -> None:
    """By the bytes that follow."""
    assert sniff(start + b"more of it" * 100) is None


@pytest.mark.parametrize(
    ("body", "seen", "unseen"),
    [
        ("<p>Total: <textarea>42 EUR</textarea></p>", ["42 EUR"], []),
        ("<p><ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby>字</p>", ["漢", "かん", "字"], ["("]),
        ("<template><p>ghost</p></template><p hidden>ghost</p>", [], ["ghost"]),
        ("<p><span aria-hidden=true>€</span>5</p>", ["€5"], []),
        ("<p>a<!-- ghost -->b</p>", ["ab"], ["ghost"]),
        ("<p>&#x4E0D;&#128512;&#150;</p>", ["不😀–"], []),
        ("<my-card><p>In a card</p></my-card>", ["In a card"], []),
        (
            "<table><tr><td>c1<table><tr><td>in</td></tr></table></td></tr></table>",
            ["c1", "in"],
            [],
        ),
        ("<p>one<p>two<ul><li>three", ["one", "two", "three"], []),
        ("<p>not <del>ever</del> <ins>always</ins></p>", ["always"], []),
    ],
)
def test_what_is_visible_of_a_page(body: str, seen: list[str], unseen: list[str]) -> None:
    """And only that."""
    html = f"<nav><a href=/>Menu</a></nav><article>{LONG}{body}{LONG}</article>"
    text = read_html(html.encode(), "utf-8").text
    assert all(one in text for one in seen)
    assert not any(one in text for one in unseen)


@pytest.mark.parametrize(
    ("text", "codec", "label", "language"),
    [
        ("朱镕基", "gbk", "gb2312", ""),
        ("①㈱髙", "cp932", "x-sjis", ""),
        ("嘅咗喺", "big5hkscs", "big5", ""),
        ("สวัสดี…", "cp874", "tis-620", ""),
        ("5 €", "cp1252", ' "ISO-8859-1" ', ""),
        ("naïve café", "utf-8", "utf8mb4", ""),
        ("Zażółć gęślą jaźń i nie tylko", "cp1250", "", "pl"),
        ("Şu güzelim İstanbul’da ığdır çöl", "cp1254", "", "tr"),
        ("Съешь ещё этих мягких булок", "cp866", "", "ru"),
        ("مرحبا بالعالم هذا نص تجريبي", "cp1256", "", ""),
        ("שלום עולם זה מבחן של טקסט", "cp1255", "", "he"),
        ("ﾃｽﾄ これはテストです。", "cp932", "", ""),
        ("Привет мир, это текст", "utf-16-le", "", ""),
        ("𠀀你好世界", "gb18030", "gb2312", ""),
    ],
)
def test_bytes_of_many_alphabets(text: str, codec: str, label: str, language: str) -> None:
    """Labels as browsers read them, guesses with the reader's language."""
    load_codecs()
    assert decode_text(text.encode(codec), label.strip(' "'), language) == text
    assert decode_text(text.encode(codec), label, language) == text
