"""Bytes become the text that their writer saw, whatever they are called and however long.

Exercises backend/text_decoding/profiles.py, backend/text_decoding/decode.py,
backend/text_decoding/labels.py.
"""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.text_decoding import codec_of, decode_text
from tests.fixtures.cases import case

SENTENCES = {
    "fr": "Voici le résumé de la réunion d’hier : l’équipe a décidé de reporter à Noël.",
    "de": "Grüße aus Köln, schöne Wünsche für das nächste Jahr. Straße",
    "es": "¿Cómo estás? El niño comió una manzana en España, según mamá.",
    "pt": "Não há ninguém em São Paulo que não goste de pão; coração e irmã.",
    "sv": "Räksmörgås på Åland är gott, säger vår vän från Malmö.",
    "da": "Rødgrød med fløde på en sød ø nær Århus, æbler.",
    "pl": "Zażółć gęślą jaźń, proszę państwa. Wszyscy są zadowoleni, że żyją.",
    "cs": "Příliš žluťoučký kůň úpěl ďábelské ódy. Dobrý den, jak se máte?",
    "hu": "Árvíztűrő tükörfúrógép, jó napot kívánok, köszönöm szépen.",
    "tr": "Bugün hava çok güzel, dışarı çıkıp yürüyüş yapmak istiyorum. Teşekkür ederim",
    "ru": "Привет, мир! Это обычный русский текст, по которому угадывают кодировку.",
    "uk": "Добрий день! Це звичайний український текст, їжак і ґанок, щоб перевірити.",
    "bg": "Здравейте, това е обикновен български текст за проверка на кодирането.",
    "el": "Καλημέρα σας, αυτό είναι ένα συνηθισμένο ελληνικό κείμενο για δοκιμή.",
    "he": "שלום עולם, זהו טקסט רגיל בעברית לבדיקת הקידוד.",
    "ar": "مرحبا بالعالم، هذا نص عادي باللغة العربية لاختبار الترميز.",
    "fa": "سلام دنيا، اين يک متن معمولي فارسي است براي آزمايش.",
    "th": "สวัสดีชาวโลก นี่คือข้อความภาษาไทยธรรมดา",
    "lt": "Laba diena, šiandien gražus oras, einame į mišką. Ačiū už pagalbą, žąsis.",
    "zh": "你好，世界！今天天气很好，我们去公园散步吧。这是一个普通的中文文本。",
    "zh-TW": "你好，世界！今天天氣很好，我們去公園散步吧。這是一個普通的中文文本。",
    "ja": "こんにちは、世界。今日はとても良い天気ですね。これは普通の日本語の文章です。",
    "ko": "안녕하세요 세계. 오늘은 날씨가 정말 좋습니다. 이것은 평범한 한국어 문장입니다.",
}
WRITTEN_IN = {
    "cp1252": "fr de es pt sv da",
    "mac_roman": "fr",
    "cp850": "de",
    "cp1250": "pl cs hu",
    "iso8859_2": "pl cs hu",
    "cp1254": "tr",
    "cp1251": "ru uk bg",
    "koi8_r": "ru",
    "koi8_u": "uk",
    "cp866": "ru",
    "iso8859_5": "ru",
    "mac_cyrillic": "ru",
    "cp1253": "el",
    "iso8859_7": "el",
    "cp1255": "he",
    "cp1256": "ar fa",
    "cp874": "th",
    "cp1257": "lt",
    "gb18030": "zh",
    "big5hkscs": "zh-TW",
    "cp932": "ja",
    "euc_jp": "ja",
    "iso2022_jp": "ja",
    "cp949": "ko",
}
PAIRS = [(codec, language) for codec, all_ in WRITTEN_IN.items() for language in all_.split()]


@pytest.mark.parametrize(("codec", "language"), PAIRS)
def test_legacy_text_is_read_without_being_told(codec: str, language: str) -> None:
    """By how the language looks; also where the sentence stands far behind much ASCII, and where
    one byte of it is broken."""
    text = SENTENCES[language]
    assert decode_text(text.encode(codec)) == text
    log = "2026-01-01 INFO nothing to see here\n" * 5_000
    assert decode_text((log + text * 200).encode(codec)) == log + text * 200
    if codec not in ("iso2022_jp",):
        assert text[-20:] in decode_text(b"\xff " + text.encode(codec))


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ("d01", "Hello — world. \ufffd end"),
        ("d03", "hello\0world, this is a log line"),
        ("d05", "L’été dernier, j’ai goûté à la crème brûlée ; c’était déjà très bon"),
        ("d07", "똠방각하 그리고 펲시콜라를 마셨습니다"),
        ("d09", "Съешь ещё этих мягких французских булок, да выпей чаю."),
    ],
)
def test_texts_that_were_misread(start: str, words: str) -> None:
    """Each in its own alphabet."""
    assert words in decode_text(case(start))


@pytest.mark.parametrize("parity", [0, 1, 2, 3])
def test_a_letter_is_never_cut(parity: int) -> None:
    """Wherever the part that is looked at ends, a long text is read as a short one is."""
    for codec, language in (("utf-8", "ru"), ("cp949", "ko"), ("gb18030", "zh"), ("euc_jp", "ja")):
        text = "x" * parity + SENTENCES[language] * 3_000
        data = text.encode(codec)
        assert decode_text(data) == text
        assert decode_text(data + b"\xff").startswith(text)


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("iso-8859-1", "cp1252", "“Smart” quotes – cost 5 €."),
        ("ISO-8859-1", "cp1252", "naïve"),
        ("us-ascii", "cp1252", "it’s"),
        ("latin1", "cp1252", "œuvre"),
        ("shift_jis", "cp932", "①②㈱髙﨑"),
        ("x-sjis", "cp932", "表示"),
        ("euc-kr", "cp949", "똠방각하"),
        ("ks_c_5601-1987", "cp949", "펲시"),
        ("gb2312", "gb18030", "镕€㐀"),
        ("gbk", "gb18030", "朱镕基"),
        ("big5", "big5hkscs", "香港嘅啲"),
        ("big5", "cp950", "價格€"),
        ("euc-jp", "euc_jis_2004", "①②株式"),
        ("iso-8859-9", "cp1254", "“İstanbul”"),
        ("tis-620", "cp874", "“ไทย”"),
        ("x-cp1251", "cp1251", "Да"),
        (" windows-1251 ", "cp1251", "Да"),
        ('"koi8-r"', "koi8_r", "Да"),
        ("x-mac-cyrillic", "mac_cyrillic", "Да"),
        ("utf-16", "utf_16_le", "Да, 你好"),
        ("utf-16be", "utf_16_be", "Да"),
        ("iso-2022-jp", "iso2022_jp", "日本語"),
    ],
)
def test_labels_mean_what_browsers_take_them_for(label: str, codec: str, text: str) -> None:
    """The superset that is in use, not the standard that the label is called after."""
    assert decode_text(text.encode(codec), label) == text


def test_unknown_and_wrong_labels_are_passed_over() -> None:
    """UTF-8 under another name is read; so is legacy text that is called UTF-8."""
    russian = SENTENCES["ru"]
    assert codec_of("klingon") == codec_of("hz-gb-2312") == codec_of("") == ""
    for label in ("klingon", "iso-8859-1", "utf-16", "iso-2022-jp", "rot13", "zlib"):
        assert decode_text(russian.encode(), label) == russian
    assert decode_text(russian.encode("cp1251"), "utf-8") == russian
    stray = b"one stray \xff byte in the much longer ASCII text of a page"
    assert decode_text(stray, "utf-8") == stray.decode("utf-8", "replace")


def test_marks_come_before_labels() -> None:
    """As the standard has it."""
    for codec in ("utf-8-sig", "utf-16", "utf-32"):
        assert decode_text("Да".encode(codec), "windows-1251") == "Да"


def test_wide_text_without_a_mark() -> None:
    """Zeroes in one half of the pairs; a zero here and there is no such thing."""
    for codec, text in itertools.product(("utf-16-le", "utf-16-be"), ("Hello, world", "Да, да\n")):
        assert decode_text((text * 20).encode(codec)) == text * 20
    for zeroes in ("a\0" + "b" * 30, "abc\0" * 50, "x=1\0y=2\0" * 9, "name\0", "\0"):
        assert decode_text(zeroes.encode()) == zeroes


def test_the_readers_language_breaks_ties() -> None:
    """One word may be right in several alphabets."""
    word = b"\xcf\xf0\xe8\xe2\xe5\xf2"
    assert decode_text(word, language="ru") == "Привет"
    assert decode_text("γεια".encode("cp1253"), language="el") == "γεια"
    assert decode_text("źle".encode("cp1250"), language="pl-PL") == "źle"
    assert decode_text("ışık".encode("cp1254"), language="tr") == "ışık"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_all_utf8_is_read_back(text: str) -> None:
    """No guess can spoil what is valid."""
    if "\0" not in text and "\x1b" not in text:
        assert decode_text(text.encode()) == text.removeprefix("\ufeff")


@given(st.binary(max_size=400), st.sampled_from(["", "utf-8", "big5", "utf-16", "iso-2022-jp"]))
def test_no_bytes_fail(data: bytes, label: str) -> None:
    """Whatever it is, it becomes text that can be stored."""
    decode_text(data, label).encode()


def test_guessing_looks_at_a_bounded_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its work does not grow with the file."""
    from backend.text_decoding import guess

    looked: list[int] = []
    score = guess._score

    def counted(text: str, language: str) -> float:
        looked.append(len(text))
        return score(text, language)

    monkeypatch.setattr(guess, "_score", counted)
    for size in (1_000, 100_000):
        looked.clear()
        guess.guess_codec((SENTENCES["ru"] * size).encode("cp1251"))
        assert sum(looked) <= guess.SAMPLE * len(looked)
