"""The system call filter of a judged program: compiled by libseccomp, shipped as BPF bytes.

`policy` says what is allowed, `generate` compiles it for every architecture, and the box loads the
file of its own. So nobody who judges needs libseccomp, and no number of a system call is written by hand.
"""

from importlib import resources

ARCHITECTURES = ("x86_64", "aarch64")
"""As `uname -m` calls them."""


def filters() -> dict[str, bytes]:
    """Load the compiled filters: file name -> BPF bytes."""
    here = resources.files(__name__)
    names = [f"{machine}.bpf" for machine in ARCHITECTURES]
    return {name: here.joinpath(name).read_bytes() for name in names}
