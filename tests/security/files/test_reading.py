"""Content that means ill, through the real reading process: bombs, disguises, and attempts to
get out of it.

Exercises backend/reading/__main__.py.
"""

import io
import subprocess
import sys
import zipfile
import zlib

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from backend.reading.process import ReadingProcess
from backend.reading.schemas import Found, ReadingJob, Unread
from tests.fixtures.documents import WORD, archive, docx, pdf, picture


async def trouble(data: bytes, job: ReadingJob | None = None, **options: float) -> str:
    """Why it was not read."""
    found, content = await ReadingProcess(**options).read(1, data, job)  # type: ignore[arg-type]
    assert isinstance(found, Unread), found
    assert content == b""
    return found.trouble


def huge_png(side: int) -> bytes:
    """A few kilobytes whose header declares a picture of side × side pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4) + name + body + zlib.crc32(name + body).to_bytes(4)

    head = side.to_bytes(4) * 2 + b"\x08\x02\0\0\0"
    rows = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [8_000, 100_000, 2_000_000_000])
async def test_pictures_that_unfold(side: int) -> None:
    """A picture's declared size is checked before a pixel is decoded."""
    assert await trouble(huge_png(side)) in ("bomb", "damaged")


async def test_archives_that_unfold() -> None:
    """A part that is larger than it declares, or than the limit."""
    words = f'<w:document xmlns:w="{WORD}"><w:p><w:r><w:t>' + "a" * 80_000_000
    bomb = archive({"[Content_Types].xml": "<x/>", "word/document.xml": words})
    assert len(bomb) < 200_000
    # A text that goes on for ever is cut, or found out to be a bomb; it is never held whole.
    found, _ = await ReadingProcess().read(1, bomb)
    assert isinstance(found, Unread) or (found.truncated and len(found.text) <= 400_000)
    nothing = archive(_docx_parts() | {f"p{n}": b"\0" * 4_000_000 for n in range(70)})
    assert await trouble(nothing) == "bomb"


async def test_archives_of_many_parts() -> None:
    """An archive of too many parts is refused before one is opened."""
    many: dict[str, str | bytes] = {f"p{n}": b"" for n in range(5_000)}
    assert await trouble(archive(many | _docx_parts())) == "bomb"


async def test_parts_that_share_their_bytes() -> None:
    """Overlapping parts of a ZIP, by which 10 MB become 281 TB, are refused."""
    data = bytearray(docx("hello"))
    directory = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", directory + 4)
    # Both entries of the directory now point to the second part's bytes.
    data[second + 42 : second + 46] = data[directory + 42 : directory + 46]
    assert await trouble(bytes(data)) in ("bomb", "damaged", "polyglot")


@pytest.mark.parametrize(
    "xml",
    [
        '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><d>&b;</d>',
        '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>',
        '<!DOCTYPE d SYSTEM "http://127.0.0.1/evil.dtd"><d/>',
    ],
)
async def test_xml_that_asks_for_more(xml: str) -> None:
    """XML with a document type or entities is refused: none is expanded or fetched."""
    data = archive({"[Content_Types].xml": "<x/>", "word/document.xml": xml})
    assert await trouble(data) == "bomb"


async def test_pdf_streams_that_unfold() -> None:
    """A page of a few kilobytes whose words unfold to hundreds of megabytes."""
    writer = PdfWriter()
    page = writer.add_blank_page(9, 9)
    words = DecodedStreamObject()
    words.set_data(b"(a) Tj " * 30_000_000)
    page[NameObject("/Contents")] = writer._add_object(words.flate_encode())
    file = io.BytesIO()
    writer.write(file)
    found, _ = await ReadingProcess().read(1, file.getvalue())
    assert isinstance(found, Unread) or found.text == ""


async def test_pdf_that_points_to_itself() -> None:
    """A PDF whose pages are their own parents does not loop."""
    data = (
        pdf("hello").replace(b"/Count 1", b"/Count 9").replace(b"/Type /Page\n", b"/Type /Pages\n")
    )
    found, _ = await ReadingProcess().read(1, data)
    assert isinstance(found, Unread) or found.kind == "pdf"


async def test_xml_of_endless_depth() -> None:
    """Elements nested two million deep end in a refusal, not in a crash."""
    deep = f'<w:p xmlns:w="{WORD}">' + "<w:r>" * 2_000_000
    found, _ = await ReadingProcess().read(
        1, archive({"[Content_Types].xml": "<x/>", "word/document.xml": deep})
    )
    assert isinstance(found, Unread)


@pytest.mark.parametrize(
    "data",
    [
        archive({"a.txt": "hello"}),
        archive({"inner.zip": archive({"a": "b"})}),
        archive({"xl/workbook.xml": "<x/>", "[Content_Types].xml": "<x/>"}),
        archive({"META-INF/MANIFEST.MF": "x", "A.class": b"\xca\xfe\xba\xbe"}),
        docx("hello", **{"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"}),
        b"\x7fELF\x02\x01\x01" + b"\0" * 100,
        b"MZ" + b"\0" * 200,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        b"Rar!\x1a\x07\0" + b"\0" * 50,
        b"\x1f\x8b\x08" + b"\0" * 50,
        b"SQLite format 3\0" + b"\0" * 100,
        b"{\\rtf1 hello}",
        b"%!PS-Adobe-3.0 EPSF",
        b"\0asm\x01\0\0\0",
        bytes(range(256)) * 20,
        b"text at first\n" + bytes(range(1, 9)) * 40,
        b"\0\0\0\x20ftypisom" + b"\0" * 100,
        b"OggS\0\x02" + b"\0" * 20 + b"\x01video-theora" + b"\0" * 60,
    ],
    ids=range(18),
)
async def test_what_is_not_read(data: bytes) -> None:
    """Programs, archives, films, other office files and noise: by content, whatever the name."""
    assert await trouble(data) == "unsupported"


@pytest.mark.parametrize(
    "data",
    [
        pdf("hello") + archive({"a.txt": "hidden"}),
        pdf("hello") + b"\n" * 10 + b"\x7fELF" + b"\0" * 5_000,
        docx("hello", **{"inner.zip": archive({"a": "b"})}),
    ],
    ids=["pdf+zip", "pdf+tail", "zip in docx"],
)
async def test_two_files_in_one(data: bytes) -> None:
    """A file that is valid as two types is refused."""
    assert await trouble(data) == "polyglot"


async def test_archive_behind_something_else() -> None:
    """A ZIP is read from its end: what stands before its first part is another file."""
    data = b"PK\x03\x04<script>alert(1)</script>" + docx("hello")
    assert await trouble(data) in ("polyglot", "damaged")


async def test_a_picture_sheds_what_hides_in_it() -> None:
    """A picture that is also an archive or a script comes out as a picture alone."""
    for hidden in (archive({"a.txt": "hidden words"}), b"<script>hidden words</script>"):
        found, content = await ReadingProcess().read(1, picture("GIF", (9, 9)) + hidden)
        assert isinstance(found, Found)
        assert b"hidden" not in content
        assert not zipfile.is_zipfile(io.BytesIO(content))


@pytest.mark.parametrize(
    "data",
    [
        picture()[:200],
        b"\xff\xd8\xff\xe0" + b"\0" * 100,
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        b"GIF89a",
        b"%PDF-1.7\nhello",
        b"%PDF-1.7\n%%EOF",
        docx("hello")[:-30],
        b"PK\x03\x04",
        b"ID3\x04\0\0\x7f\x7f\x7f\x7f",
        b"RIFF\0\0\0\0WEBPVP8 ",
        b"   \n\t ",
    ],
    ids=range(11),
)
async def test_broken_files(data: bytes) -> None:
    """The first bytes look like a known type, the rest is not of that type."""
    assert await trouble(data) == "damaged"


async def test_passwords() -> None:
    """A PDF that only opens with a password says so; an owner's alone keeps nobody out."""
    assert await trouble(pdf("hello", password="secret")) == "encrypted"


async def test_a_page_that_lies_about_its_type() -> None:
    """What a server calls HTML and is something else is not opened as either."""
    for data in (pdf("hello"), picture(), archive({"a": "b"}), b"\x7fELF" + b"\0" * 99):
        assert await trouble(data, ReadingJob(page=True, media_type="text/html")) == "unsupported"
    lie = ReadingJob(page=True, media_type="application/pdf")
    assert await trouble(b"<html><p>hello</html>", lie) == "damaged"


async def test_a_job_that_takes_too_long_is_killed() -> None:
    """A file that takes longer than the time limit is given up."""
    assert await trouble(picture(size=(3000, 3000)), seconds=0.001) == "complex"


PRISON = """
import sys
from backend.reading.lockdown import limit, lock
limit()
import ctypes, os, signal, socket, subprocess, threading
held = lock()
print(held)
{attempt}
print("out")
"""


@pytest.mark.parametrize(
    "attempt",
    [
        "open('/etc/passwd')",
        "os.open('/etc/passwd', os.O_RDONLY)",
        "os.listdir('/')",
        "socket.socket()",
        "socket.create_connection(('127.0.0.1', 80))",
        "subprocess.run(['id'])",
        "os.fork()",
        "os.execv('/bin/sh', ['sh'])",
        "os.kill(os.getppid(), 0)",
        "signal.pthread_kill(threading.get_ident(), 0)",
        "os.unlink('/tmp/x')",
        "os.system('id') and exit(1)",
        "bytearray(4 << 30)",
    ],
)
def test_nothing_leads_out_of_the_process(attempt: str) -> None:
    """A locked reader can compute and answer, and nothing else."""
    told = subprocess.run(
        [sys.executable, "-I", "-c", PRISON.format(attempt=attempt)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "out" not in told.stdout.split()
    assert told.returncode != 0


@pytest.mark.skipif(sys.platform != "linux", reason="the filter is Linux's")
@pytest.mark.parametrize(
    "number", [2, 41, 42, 56, 57, 59, 62, 101, 129, 200, 234, 257, 272, 297, 424, 435, 437]
)
def test_the_kernel_itself_refuses(number: int) -> None:
    """Not only Python's own doors are shut: the calls below them fail too (x86-64 numbers: open,
    socket, connect, clone, fork, execve, kill, ptrace, rt_sigqueueinfo, tkill, tgkill, openat,
    unshare, rt_tgsigqueueinfo, pidfd_send_signal, clone3, openat2)."""
    import platform

    if platform.machine() != "x86_64":
        pytest.skip("the numbers are of x86-64")
    script = f"""
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
from backend.reading.lockdown import _filter_calls
assert _filter_calls()
raise SystemExit(0 if libc.syscall({number}, 0, 0, 0) == -1 and ctypes.get_errno() == 1 else 3)
"""
    told = subprocess.run([sys.executable, "-I", "-c", script], timeout=60, check=False)
    assert told.returncode == 0


async def test_the_process_is_told_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its environment is empty, so a hostile file finds no secrets in it."""
    monkeypatch.setenv("XAI_API_KEY", "a-secret")
    found, content = await ReadingProcess().read(1, b"some text")
    assert isinstance(found, Found)
    assert content == b"some text"


def _docx_parts() -> dict[str, str | bytes]:
    return {"[Content_Types].xml": "<x/>", "word/document.xml": "<x/>"}


def test_the_fixtures_hold_what_they_should() -> None:
    """The picture that others look for traces in has them at first."""
    with Image.open(io.BytesIO(picture())) as image:
        assert image.getexif()[271] == "Zebedee's phone"
