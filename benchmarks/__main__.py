"""`make bench`: run every benchmark, on an idle machine, and fail if one of them does."""

import subprocess
import sys

BENCHMARKS = ("benchmarks.judge", "benchmarks.schedule")


def main() -> int:
    """Run them one after the other, each in a process of its own."""
    ended = [subprocess.run([sys.executable, "-m", name], check=False).returncode for name in BENCHMARKS]
    return int(any(ended))


if __name__ == "__main__":
    sys.exit(main())
