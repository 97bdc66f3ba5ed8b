"""What one file or page may cost, and that one person's files do not hold up another's."""

import asyncio
import io
import resource
import zlib

import pytest
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from backend.reading.lockdown import CPU_SECONDS, CPU_SECONDS_MORE, has_filter
from backend.reading.process import ReadingProcess, held_lock
from backend.reading.schemas import Found, ReadingJob, Unread
from tests.fixtures.documents import pdf

PAGE = ReadingJob(page=True, media_type="text/html")
STARTING_SECONDS = 3
"""Processor time for Python and the libraries, generously."""


def heavy_pdf() -> bytes:
    """A few kilobytes whose words unfold to tens of megabytes, on many pages."""
    writer = PdfWriter()
    words = DecodedStreamObject()
    words.set_data(b"BT /F 9 Tf " + b"(a) Tj " * 100_000 + b"ET")
    stream = writer._add_object(words.flate_encode())
    font = DictionaryObject({NameObject("/Type"): NameObject("/Font"),
                             NameObject("/Subtype"): NameObject("/Type1"),
                             NameObject("/BaseFont"): NameObject("/Helvetica")})  # fmt: skip
    fonts = DictionaryObject({NameObject("/F"): writer._add_object(font)})
    for _ in range(300):
        page = writer.add_blank_page(9, 9)
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        page[NameObject("/Contents")] = stream
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


HEAVY = {
    "nested": (b"<div>" * 20_000 + b"words", PAGE),
    "bold": (b"<b>x" * 400_000, PAGE),
    "tables": (b"<table><tr><td>a" * 100_000, PAGE),
    "attributes": (b"<p " + b"a=b " * 400_000 + b">words</p>", PAGE),
    "escapes": (b"\x1b[" + b"0" * 1_000_000 + b"\x1b]0;" * 100_000 + b" text", None),
    "zeroes": (zlib.compress(b"\0") + b"text " * 200_000, None),
}


async def spent_on(data: bytes, job: ReadingJob | None) -> tuple[Found | Unread, float]:
    """What is found, and the seconds of processor time that it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    found, _ = await ReadingProcess(seconds=120).read(1, data, job)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return found, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@pytest.mark.parametrize("name", HEAVY)
async def test_what_is_heavy_is_cut_short(name: str) -> None:
    """The kernel limits the reader's processor time, whatever the file."""
    found, seconds = await spent_on(*HEAVY[name])
    assert seconds <= CPU_SECONDS + CPU_SECONDS_MORE + STARTING_SECONDS
    assert isinstance(found, Unread) or found.text


async def test_a_long_pdf_gives_what_there_was_time_for() -> None:
    """A file that takes too long keeps what was read by then, and is marked as truncated."""
    found, seconds = await spent_on(heavy_pdf(), None)
    assert seconds <= CPU_SECONDS + CPU_SECONDS_MORE + STARTING_SECONDS
    assert isinstance(found, Found)
    assert found.truncated


async def test_one_persons_files_do_not_hold_up_anothers() -> None:
    """One person's many files do not delay another's: theirs is read before the third."""
    reader = ReadingProcess(seconds=120)
    done: list[str] = []

    async def read(user_id: int, data: bytes, name: str) -> None:
        await reader.read(user_id, data)
        done.append(name)

    heavy = [asyncio.ensure_future(read(1, heavy_pdf(), "heavy")) for _ in range(3)]
    await asyncio.sleep(0)
    await read(2, b"hello", "small")
    assert done.count("heavy") <= 1
    for one in heavy:
        one.cancel()
    await asyncio.gather(*heavy, return_exceptions=True)


@pytest.mark.skipif(not has_filter(), reason="only where the kernel has the filter")
async def test_the_lock_is_the_kernels_where_it_has_one() -> None:
    """`tanya doctor` reports whether the reader can be locked in."""
    assert await held_lock() == "seccomp"


@pytest.mark.skipif(not has_filter(), reason="only where the kernel has the filter")
def test_nothing_is_read_without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the kernel refuses the filter, nothing is read."""
    from backend.reading import lockdown

    monkeypatch.setattr(lockdown, "_filter_calls", lambda: False)
    with pytest.raises(lockdown.LockFailed):
        lockdown.lock()


async def test_a_text_about_pdfs_is_a_text() -> None:
    """What a PDF begins and ends with may be named in prose and code."""
    for text in (b'HEAD = b"%PDF-1.7"\nEND = b"%%EOF"\n', b"See %PDF-1.4, then startxref.\n"):
        found, _ = await ReadingProcess().read(1, text)
        assert isinstance(found, Found)
        assert found.kind == "text"
    found, content = await ReadingProcess().read(1, b"\xef\xbb\xbf\r\n" + pdf("hello"))
    assert isinstance(found, Found)
    assert (found.kind, found.text, content[:5]) == ("pdf", "hello", b"%PDF-")
