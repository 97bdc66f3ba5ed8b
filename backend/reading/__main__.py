"""The reading process: one job from the command line, content from standard input, one answer.

An answer is four bytes of length, that much JSON (Found or Unread), and content to keep.
"""

import os
import sys
from collections.abc import Callable
from typing import TypeAlias

import msgspec

from backend.reading.lockdown import LockFailed, OutOfTime, limit, lock
from backend.reading.mp4 import is_mp4
from backend.reading.schemas import CannotRead, Found, ReadingJob, Unread
from backend.reading.sniff import PDF, sniff
from backend.text_decoding import load_codecs

Answer: TypeAlias = tuple[Found, bytes]


def main() -> None:
    """Read one thing and end."""
    limit()
    job = msgspec.json.decode(sys.argv[1], type=ReadingJob)
    data = sys.stdin.buffer.read()
    try:
        found, content = _read(data, job)
    except CannotRead as refusal:
        _write(Unread(refusal.trouble), b"")
    except LockFailed:
        _write(Unread("unlocked"), b"")
    except (MemoryError, RecursionError, OutOfTime):
        _write(Unread("complex"), b"")
    except Exception:  # a library failed in a way that it does not document
        _write(Unread("damaged"), b"")
    else:
        _write(found, content)


def _read(data: bytes, job: ReadingJob) -> Answer:
    """Load the one reader that is needed, lock, read."""
    load_codecs()
    read = _page_reader(data, job) if job.page else _file_reader(data, job)
    lock()
    return read()


def _page_reader(data: bytes, job: ReadingJob) -> Callable[[], Answer]:
    """By the declared media type, unless the content contradicts it."""
    claimed = sniff(data)
    if job.media_type == PDF:
        if claimed is None or claimed[0] != "pdf":
            raise CannotRead("damaged")
        return _file_reader(data, job)
    if claimed is None or claimed[0] != "text":
        raise CannotRead("unsupported")
    if job.media_type == "text/html":
        from backend.reading.page import read_html

        return lambda: (read_html(data, job.charset, job.language), b"")
    return _text_reader(data, job)


def _file_reader(data: bytes, job: ReadingJob) -> Callable[[], Answer]:
    claimed = sniff(data)
    if claimed is None and job.sound and is_mp4(data):
        from backend.reading.mp4_sound import read_sound

        return lambda: read_sound(data)
    if claimed is None:
        raise CannotRead("unsupported")
    kind, media_type = claimed
    if kind == "image":
        from backend.reading.pictures import read_picture, rehearse

        rehearse()
        return lambda: read_picture(data)
    if kind == "pdf":
        from backend.reading.pdf import read_pdf, rehearse

        rehearse()
        return lambda: read_pdf(data)
    if kind == "document":
        from backend.reading.docx import read_docx, rehearse

        rehearse()
        return lambda: (read_docx(data), b"")
    if kind == "audio":
        from backend.reading.recordings import read_recording

        return lambda: read_recording(data, media_type)
    return _text_reader(data, job)


def _text_reader(data: bytes, job: ReadingJob) -> Callable[[], Answer]:
    from backend.reading.plain import read_text

    return lambda: read_text(data, job.charset, job.language)


def _write(answer: Found | Unread, content: bytes) -> None:
    head = msgspec.json.encode(answer)
    out = sys.stdout.buffer
    out.write(len(head).to_bytes(4) + head + content)
    out.flush()
    os._exit(0)  # nothing is left to tidy, and a locked process could not


if __name__ == "__main__":
    main()
