"""How a process gives up its rights, for good. Every step succeeds or raises; nothing is skipped silently."""

import contextlib
import ctypes
import os
import resource
import struct
from collections.abc import Callable
from pathlib import Path

OWN_PID = 0x6F776E31
"""Stands in the compiled filter where the process's own id belongs."""

_PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _PR_SET_CHILD_SUBREAPER = 4, 22, 38, 36
_MODE_FILTER = 2
_INSTRUCTION = struct.Struct("=HBBI")
_PAGE = 4096
DESCRIPTORS = 64
_RESERVE = 16 << 20
"""Bytes of address space that a process may use to say that it has no more."""

_libc = ctypes.CDLL(None, use_errno=True)
_prctl: Callable[..., int] = _libc.prctl
_prctl.argtypes = [ctypes.c_int, *4 * [ctypes.c_ulong]]  # type: ignore[attr-defined]  # of a ctypes function


def _control(option: int, value: int, address: int = 0) -> None:
    if _prctl(option, value, address, 0, 0) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"prctl({option}): {os.strerror(code)}")


def hide_memory() -> None:
    """Let no other process read or trace this one or its children, and dump no core."""
    _control(_PR_SET_DUMPABLE, 0)


def adopt_orphans() -> None:
    """Become the parent of whatever a job leaves behind, so that it is noticed."""
    _control(_PR_SET_CHILD_SUBREAPER, 1)


class Filter:
    """A system call filter, ready to be installed with one call."""

    def __init__(self, name: str) -> None:
        """Load the compiled filter `name` for this machine."""
        path = Path(__file__).parents[1] / "seccomp" / f"{name}-{os.uname().machine}.bpf"
        program = path.read_bytes()
        count = len(program) // _INSTRUCTION.size
        self._code = ctypes.create_string_buffer(program, len(program))
        self._holes = [
            place * _INSTRUCTION.size + 4
            for place in range(count)
            if _INSTRUCTION.unpack_from(program, place * _INSTRUCTION.size)[3] == OWN_PID
        ]
        self._header = ctypes.create_string_buffer(struct.pack("HP", count, ctypes.addressof(self._code)))

    def install(self) -> None:
        """Filter this thread, and all that it starts, from now on."""
        for hole in self._holes:
            struct.pack_into("=I", self._code, hole, os.getpid())
        _control(_PR_SET_NO_NEW_PRIVS, 1)
        _control(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.addressof(self._header))


def limit_server() -> None:
    """Set the hard limits that every process of a box has."""
    for kind in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_MEMLOCK, resource.RLIMIT_MSGQUEUE):
        resource.setrlimit(kind, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))


def limit(memory: int, cpu_s: int, threads: int) -> None:
    """Set the hard limits of a job.

    Args:
        memory: Bytes of address space.
        cpu_s: CPU seconds, after which the kernel kills; a backstop.
        threads: Tasks that the uid may have, in all.
    """
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory + _RESERVE))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    resource.setrlimit(resource.RLIMIT_NPROC, (threads, threads))


def open_reserve() -> None:
    """Make room for saying that memory ran out."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def become(uid: int) -> None:
    """Take the uid and gid `uid`, without a way back."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def address_space() -> int:
    """Measure this process's address space in bytes, without /proc: the least limit at which it may grow."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    low, high = 0, 1 << 47
    while high - low > _PAGE:
        middle = (low + high) // 2
        resource.setrlimit(resource.RLIMIT_AS, (middle, hard))
        if _can_map_a_page():
            high = middle
        else:
            low = middle
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    return high


_mmap: Callable[..., int | None] = _libc.mmap
_mmap.restype = ctypes.c_void_p  # type: ignore[attr-defined]  # of a ctypes function
_mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *3 * [ctypes.c_int], ctypes.c_long]  # type: ignore[attr-defined]
_libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
_PRIVATE_ANONYMOUS = 0x22
_FAILED = ctypes.c_void_p(-1).value


def _can_map_a_page() -> bool:
    address = _mmap(None, _PAGE, 0, _PRIVATE_ANONYMOUS, -1, 0)
    if address == _FAILED:
        return False
    with contextlib.suppress(OSError):
        _libc.munmap(address, _PAGE)
    return True
