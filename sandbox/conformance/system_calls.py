"""Numbers of the system calls that attacks make by number; written down for them only."""

import platform
from typing import Final

NUMBERS: Final[dict[str, dict[str, int]]] = {
    "x86_64": {
        "bpf": 321,
        "keyctl": 250,
        "add_key": 248,
        "request_key": 249,
        "perf_event_open": 298,
        "userfaultfd": 323,
        "personality": 135,
        "io_uring_setup": 425,
        "kexec_load": 246,
        "init_module": 175,
        "open_by_handle_at": 304,
        "pidfd_open": 434,
        "pidfd_getfd": 438,
        "memfd_create": 319,
        "fork": 57,
        "vfork": 58,
        "execveat": 322,
        "process_vm_readv": 310,
        "process_vm_writev": 311,
        "clone3": 435,
        "rt_tgsigqueueinfo": 297,
        "seccomp": 317,
        "fsopen": 430,
        "mount_setattr": 442,
        "ptrace": 101,
        "setns": 308,
        "unshare": 272,
    },
    "aarch64": {
        "bpf": 280,
        "keyctl": 219,
        "add_key": 217,
        "request_key": 218,
        "perf_event_open": 241,
        "userfaultfd": 282,
        "personality": 92,
        "io_uring_setup": 425,
        "kexec_load": 104,
        "init_module": 105,
        "open_by_handle_at": 265,
        "pidfd_open": 434,
        "pidfd_getfd": 438,
        "memfd_create": 279,
        "execveat": 281,
        "process_vm_readv": 270,
        "process_vm_writev": 271,
        "clone3": 435,
        "rt_tgsigqueueinfo": 240,
        "seccomp": 277,
        "fsopen": 430,
        "mount_setattr": 442,
        "ptrace": 117,
        "setns": 268,
        "unshare": 97,
    },
}


def number(name: str) -> int:
    """Number of a system call on this machine, written down for the attacks' use only; -1 where there is none."""
    return NUMBERS.get(platform.machine(), {}).get(name, -1)
