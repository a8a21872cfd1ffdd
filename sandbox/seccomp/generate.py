"""Compile the policy with libseccomp: `python -m sandbox.seccomp.generate DIRECTORY` (a developer's tool)."""

import errno
import sys
import tempfile
from pathlib import Path

import pyseccomp as seccomp

from sandbox.harness.confinement import OWN_PID
from sandbox.seccomp import ARCHITECTURES, policy

_ARCH = {"x86_64": seccomp.Arch.X86_64, "aarch64": seccomp.Arch.AARCH64}
_EPERM, _ENOSYS, _ENOTTY = (seccomp.ERRNO(code) for code in (errno.EPERM, errno.ENOSYS, errno.ENOTTY))


def compile_filter(machine: str) -> bytes:
    """Compile the policy for one architecture, as `uname -m` calls it, into BPF bytes.

    The program's process id is not known yet: `OWN_PID` stands for it, and the box fills it in.
    """
    rules = seccomp.SyscallFilter(_ENOSYS)
    rules.set_attr(seccomp.Attr.ACT_BADARCH, seccomp.KILL_PROCESS)
    rules.set_attr(seccomp.Attr.CTL_NNP, 0)
    rules.set_attr(seccomp.Attr.CTL_OPTIMIZE, _BINARY_TREE)
    if not rules.exist_arch(_ARCH[machine]):
        rules.add_arch(_ARCH[machine])
        rules.remove_arch(seccomp.system_arch())
    _add_plain(rules)
    _add_conditional(rules)
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


_BINARY_TREE = 2
"""As libseccomp numbers it: a search tree over the numbers, short paths for every call."""


def _add_plain(rules: seccomp.SyscallFilter) -> None:
    for name in sorted({*policy.ALLOW, *policy.FILES} - {*policy.OWN_PROCESS}):
        rules.add_rule(seccomp.ALLOW, name)
    for name in policy.KILL:
        rules.add_rule(seccomp.KILL_PROCESS, name)
    for name in policy.REFUSE:
        rules.add_rule(_EPERM, name)


def _add_conditional(rules: seccomp.SyscallFilter) -> None:
    arg, equal, masked, other = seccomp.Arg, seccomp.EQ, seccomp.MASKED_EQ, seccomp.NE
    for name in policy.OWN_PROCESS:
        rules.add_rule(seccomp.ALLOW, name, arg(0, equal, OWN_PID))
        rules.add_rule(_EPERM, name, arg(0, other, OWN_PID))
    rules.add_rule(seccomp.ALLOW, "clone", arg(0, masked, policy.CLONE_THREAD, policy.CLONE_THREAD))
    rules.add_rule(seccomp.KILL_PROCESS, "clone", arg(0, masked, policy.CLONE_THREAD, 0))
    rules.add_rule(seccomp.ALLOW, "prlimit64", arg(0, equal, 0))
    for option in policy.PRCTL_ALLOW:
        rules.add_rule(seccomp.ALLOW, "prctl", arg(0, equal, option))
    for command in policy.FCNTL_ALLOW:
        rules.add_rule(seccomp.ALLOW, "fcntl", arg(1, equal, command))
    for request in policy.IOCTL_ALLOW:
        rules.add_rule(seccomp.ALLOW, "ioctl", arg(1, equal, request))


def main(directory: Path) -> None:
    """Write the filter of every architecture into `directory`."""
    for machine in ARCHITECTURES:
        (directory / f"{machine}.bpf").write_bytes(compile_filter(machine))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
