"""What the machine gives to this process."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

_QUOTA: Final = Path("/sys/fs/cgroup/cpu.max")
"""Microseconds of CPU time that a container may use, and in which period; "max" is no limit."""


def usable_cores(quota: Path = _QUOTA) -> int:
    """Cores that this process may run on, as far as a container allows; more threads than that only wait."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with suppress(OSError, ValueError):  # no quota: there is no such file, or it says "max"
        allowed, period = map(int, quota.read_text().split())
        cores = min(cores, max(1, round(allowed / period)))
    return cores
