"""Takes from this process all rights that reading does not need. Irreversible.

Limits of the kernel on processor time, memory and files hold everywhere but on Windows. On Linux
a filter of system calls (seccomp, see kernel.org's seccomp_filter) leaves little more than
reading what was handed in, computing, and writing the answer: no file can be opened, no socket
made, no program started, no signal sent, whatever a hostile file does to the libraries. Where
this platform has such a filter and it cannot be set, nothing is read. Where it has none, Python's
audit hooks refuse the same; they hold against Python code only, and `tanya doctor` says so.
"""

import ctypes
import platform
import signal
import struct
import sys
from types import FrameType
from typing import Any, Final, Literal, TypeAlias

MEMORY_BYTES: Final = 1024 * 1024 * 1024
CPU_SECONDS: Final = 6
"""Processor time after which `OutOfTime` is raised, and again each second."""
CPU_SECONDS_MORE: Final = 2
"""How long a reader then has to return what it found; after that the kernel kills it."""

Lock: TypeAlias = Literal["seccomp", "audit"]

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000 | 1  # an errno: EPERM

# read write close fstat lseek mmap mprotect munmap brk rt_sigaction rt_sigprocmask rt_sigreturn
# pread64 madvise sched_yield mremap getpid exit sigaltstack gettid futex sched_getaffinity
# clock_gettime exit_group getrandom rseq membarrier getrusage
# No call that signals (kill, tkill, tgkill, pidfd_send_signal): the server has the same user.
_CALLS: Final[dict[str, tuple[int, tuple[int, ...]]]] = {
    "x86_64": (
        0xC000003E,
        (0, 1, 3, 5, 8, 9, 10, 11, 12, 13, 14, 15, 17, 28, 24, 25, 39, 60, 131, 186, 202, 204,
         228, 231, 318, 334, 324, 98),
    ),
    "aarch64": (
        0xC00000B7,
        (63, 64, 57, 80, 62, 222, 226, 215, 214, 134, 135, 139, 67, 233, 124, 216, 172, 93, 132,
         178, 98, 123, 113, 94, 278, 293, 283, 165),
    ),
}  # fmt: skip

_FORBIDDEN: Final = ("open", "os.", "socket.", "subprocess.", "ctypes.", "shutil.", "pty.")


class LockFailed(Exception):
    """This platform has the kernel's filter, and it could not be set."""


class OutOfTime(BaseException):
    """The processor time is used up. Not an `Exception`, so that libraries do not catch it."""


def limit() -> None:
    """Limit this process's resources; called first."""
    if sys.platform == "win32":
        return
    import resource

    signal.signal(signal.SIGXCPU, _stop)

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + CPU_SECONDS_MORE))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def lock() -> Lock:
    """Drop all rights; called right before content is read. Returns which lock holds.

    Raises:
        LockFailed: the kernel's filter should hold here and does not.
    """
    filtered = _filter_calls()
    if not filtered and has_filter():
        raise LockFailed
    sys.addaudithook(_refuse)
    return "seccomp" if filtered else "audit"


def has_filter() -> bool:
    """Whether this platform has the kernel's filter, for a known architecture."""
    return sys.platform == "linux" and platform.machine() in _CALLS


def _stop(_: int, __: FrameType | None) -> None:
    raise OutOfTime


def _refuse(event: str, _: Any) -> None:
    if event.startswith(_FORBIDDEN):
        raise PermissionError(event)


def _filter_calls() -> bool:
    """Whether the kernel took the filter."""
    if not has_filter():
        return False
    program = _program(*_CALLS[platform.machine()])
    code = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, head, 0, 0) == 0)


def _program(architecture: int, calls: tuple[int, ...]) -> bytes:
    """The filter: another architecture's numbers kill, these calls pass, all others fail."""
    lines = [
        (_LOAD, 0, 0, 4),
        (_JUMP_IF_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),
    ]
    for call in calls:
        lines += [(_JUMP_IF_EQUAL, 0, 1, call), (_RETURN, 0, 0, _ALLOW)]
    lines.append((_RETURN, 0, 0, _REFUSE))
    return b"".join(struct.pack("HBBI", *line) for line in lines)


if __name__ == "__main__":  # `tanya doctor` asks which lock holds here
    limit()
    print(lock())
