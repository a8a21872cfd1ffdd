"""The system call filters of a box: compiled by libseccomp, shipped as BPF bytes.

`policy` says what is allowed, `generate` compiles it for every architecture, and a box loads the files of its
own. So nobody who judges needs libseccomp, and no number of a system call is written by hand.
"""

from importlib import resources

ARCHITECTURES = ("aarch64", "x86_64")
"""As `uname -m` calls them."""
FILTERS = ("box", "job")


def filters() -> dict[str, bytes]:
    """Load the compiled filters: file name -> BPF bytes."""
    here = resources.files(__name__)
    names = [f"{name}-{machine}.bpf" for machine in ARCHITECTURES for name in FILTERS]
    return {name: here.joinpath(name).read_bytes() for name in names}
