"""Inputs that were read wrongly once, through the real, locked process."""

import pytest

from backend.reading.process import ReadingProcess
from backend.reading.schemas import Found, ReadingJob
from tests.fixtures.cases import case

PAGE = ReadingJob(page=True, media_type="text/html")


async def read(start: str, job: ReadingJob | None = None) -> Found:
    """What is found in a case."""
    found, _ = await ReadingProcess().read(1, case(start), job)
    assert isinstance(found, Found), found
    return found


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ("d01", "Hello — world. \ufffd end"),
        ("d03", "helloworld, this is a log line"),
        ("d04", "[INFO] started\n[ERR] failed\n[INFO] started"),
        ("d05", "L’été dernier, j’ai goûté à la crème brûlée ; c’était déjà très bon"),
        ("d07", "안녕하세요 오늘은 날씨가 좋습니다 똠방각하 그리고 펲시콜라를 마셨습니다"),
        ("d09", "Съешь ещё этих мягких французских булок, да выпей чаю."),
        ("d10", "Boxed\nMain"),
        ("d12", "Strict words"),
        ("d13", "Written online"),
        ("d14", "with an embedded document"),
        ("d15", "E=mcx^2"),
        ("d17", "日本"),
        ("d19", "한국"),
        ("d20", "Hello"),
        ("d22", "Name:\nname: Filled value"),
    ],
)
async def test_files(start: str, words: str) -> None:
    """Each says what its writer wrote, once."""
    assert (await read(start)).text.count(words) >= 1
    if start == "d10":
        assert (await read(start)).text == words


async def test_recordings() -> None:
    """Whatever chunk or brand comes first."""
    assert (await read("d23")).media_type == "audio/wav"
    assert (await read("d24")).media_type == "audio/mp4"


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ("p01", "他不同意这个计划，价格是5€。"),
        ("p02", "Ingredients\n\n- 200 g flour\n- 2 eggs\n"),
        ("p03", "“Smart” quotes – cost 5 €."),
        ("p05", "똠방각하 안녕하세요 기사입니다."),
    ],
)
async def test_pages(start: str, words: str) -> None:
    """Every visible letter, in the alphabet that a browser shows it in."""
    assert words in (await read(start, PAGE)).text


@pytest.mark.parametrize(
    ("cmap", "codes", "words"),
    [
        ("KSCms-UHC-H", "한국똠".encode("cp949"), "한국똠"),
        ("EUC-H", "日本".encode("euc_jp"), "日本"),
        ("90msp-RKSJ-H", "日本".encode("cp932"), "日本"),
        ("GBKp-EUC-H", "中国".encode("gbk"), "中国"),
        ("HKscs-B5-H", "香港".encode("big5hkscs"), "香港"),
        ("H", b"\x46\x7c\x4b\x5c", "日本"),
        ("UniKS-UCS2-H", "한국".encode("utf-16-be"), "한국"),
        ("CNS-EUC-H", b"\xc4\xe3", ""),
        ("Identity-H", b"\x01\x02\x03\x04", ""),
    ],
)
async def test_fonts_of_pdfs(cmap: str, codes: bytes, words: str) -> None:
    """By their predefined CMaps; where the codes lead to no letters, the PDF is unreadable."""
    data = case("d19").replace(b"KSC-EUC-H", cmap.encode())
    found, _ = await ReadingProcess().read(1, data.replace(b"c7d1b1b9", codes.hex().encode()))
    assert (found.text if isinstance(found, Found) else "") == words
