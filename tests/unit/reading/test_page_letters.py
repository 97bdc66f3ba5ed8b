"""No visible letter of a page's main text is lost, and no menu takes its place."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.reading.page import read_html

LONG = "The mountain is 8611 metres high and was first climbed in 1954 by two men. " * 5
BLOCKS = (
    "<p>{}</p>",
    "<h2>{}</h2>",
    "<ul><li>{}</li><li>{}</li></ul>",
    "<ol><li><p>{}</p></li></ol>",
    "<blockquote>{}</blockquote>",
    "<table><tr><td>{}</td><th>{}</th></tr></table>",
    "<div>{}</div>",
    "<dl><dt>{}</dt><dd>{}</dd></dl>",
    "<pre>{}</pre>",
    "<figure><figcaption>{}</figcaption></figure>",
    "<section><div><div><ul><li>{}</li></ul></div></div></section>",
    "<details><summary>{}</summary>{}</details>",
    "{}<br>{}",
    "<p>{}<img src=x><hr>{}</p>",
)
INLINE = ("{}", "<b>{}</b>", "<span>{}</span>", "<a href=/x>{}</a>", "<sup>{}</sup>", "<em><i>{}</i></em>")  # fmt: skip  # noqa: E501
WORDS = st.sampled_from(["不", "€", "5", "x", "not", "нет", "لا", "200 g flour", "a &amp; b", LONG])
HOMES = ("<article>{}</article>", "<main><article>{}</article></main>", "<main>{}</main>")
MENU = "<nav><img src=logo><br><a href=/1>Menuword</a><a href=/2>Menuword</a></nav>"


@st.composite
def articles(draw: st.DrawFn) -> tuple[str, str]:
    """An article's HTML, and all the text in it."""
    html, text = [f"<p>{LONG}</p>"], [LONG]
    for _ in range(draw(st.integers(1, 8))):
        block = draw(st.sampled_from(BLOCKS))
        filled = []
        for _ in range(block.count("{}")):
            words = draw(st.lists(WORDS, min_size=1, max_size=4))
            filled.append("".join(draw(st.sampled_from(INLINE)).format(word) for word in words))
            text += [word.replace("&amp;", "&") for word in words]
        html.append(block.format(*filled))
    html.append(f"<p>{LONG}</p>")
    text.append(LONG)
    return draw(st.sampled_from(HOMES)).format("".join(html)), "".join(text)


def letters(text: str) -> Counter[str]:
    """What is visible of a text, however it is broken into lines."""
    return Counter(text.replace("-", "").replace(" ", "").replace("\n", "").replace("\t", ""))


@given(articles())
def test_no_visible_letter_of_an_article_is_lost(article: tuple[str, str]) -> None:
    """Whatever it is made of; single letters in elements of their own too."""
    html, text = article
    page = f"<html><body>{MENU}<header>Site</header>{html}<footer>Imprint</footer></body></html>"
    found = read_html(page.encode(), "utf-8").text
    assert not letters(text) - letters(found)
    assert "Menuword" not in found


@pytest.mark.parametrize(
    "hidden",
    ["<p hidden>Gone</p>", "<p style='display: none'>Gone</p>", "<script>Gone</script>",
     "<template>Gone</template>", "<dialog>Gone</dialog>", "<noscript>Gone</noscript>",
     "<div style=visibility:hidden><p>Gone</p></div>"],
)  # fmt: skip
def test_what_nobody_sees_is_not_read(hidden: str) -> None:
    """Nor is it where words for a model alone could stand."""
    for size in (1, 10):
        page = f"<body><article><p>{LONG * size}</p>{hidden}<p>Here.</p></article></body>"
        found = read_html(page.encode(), "utf-8").text
        assert "Gone" not in found
        assert "Here." in found


def test_lists_keep_their_marks() -> None:
    """Numbered ones their numbers, inner ones their place."""
    page = "<ol><li>one<ul><li>a<li>b</ul><li>two</ol>"
    assert read_html(page.encode(), "").text == "1. one\n  - a\n  - b\n2. two"


@pytest.mark.parametrize("label", ["iso-8859-1", "ISO_8859-1:1987", "windows-1252", "x-cp1252"])
def test_a_page_says_its_encoding_in_many_ways(label: str) -> None:
    """Attribute with quotes of either kind or none, or the older http-equiv."""
    forms = ('<meta charset="{}">', "<meta charset={}>", "<meta charset = '{}' />",
             '<meta http-equiv="Content-Type" content="text/html; charset={}">')  # fmt: skip
    for form in forms:
        page = f"{form.format(label)}<p>“Smart” – 5 €</p>"
        assert read_html(page.encode("cp1252"), "").text == "“Smart” – 5 €"
