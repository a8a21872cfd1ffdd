"""The installed commands, `lbt-run` and its like: the modules' own, for shells that complete.

Each imports its command when it is called: a completion must not wait for what the others need.
"""

from typing import NoReturn

from lbt.cli import main


def run() -> NoReturn:
    """Be `python -m agents.run`."""
    from agents.run import command

    main(command, "lbt-run")


def show() -> NoReturn:
    """Be `python -m agents.show`."""
    from agents.show import command

    main(command, "lbt-show")


def collect() -> NoReturn:
    """Be `python -m agents.collect`."""
    from agents.collect import command

    main(command, "lbt-collect")


def select() -> NoReturn:
    """Be `python -m agents.select`."""
    from agents.select import command

    main(command, "lbt-select")


def compare() -> NoReturn:
    """Be `python -m agents.compare`."""
    from agents.compare import command

    main(command, "lbt-compare")


def causes() -> NoReturn:
    """Be `python -m agents.causes`."""
    from agents.causes import command

    main(command, "lbt-causes")


def analyses() -> NoReturn:
    """Be `python -m reports.analyses`."""
    from reports.analyses.__main__ import command

    main(command, "lbt-analyses")


def data() -> NoReturn:
    """Be `python -m leetcode_data`."""
    from leetcode_data.__main__ import command

    main(command, "lbt-data")


def math() -> NoReturn:
    """Be `python -m math_data`."""
    from math_data.__main__ import command

    main(command, "lbt-math")


def sandbox() -> NoReturn:
    """Be `python -m sandbox`."""
    from sandbox.__main__ import cli

    main(cli, "lbt-sandbox")
