"""The names a program finds, as on LeetCode, and the depth of recursion it may count on."""

import sys
import types

RECURSION_LIMIT = 550_000
"""As LeetCode sets it: `max(f(j) for j in ...)` in a cached function takes five counts a level."""
STACK_BYTES = 1 << 30
"""What it takes to get there through C code, all but the most exotic; address space, not memory, until used."""

IMPORTS = """
from typing import *
from collections import *
from itertools import *
from functools import *
from heapq import *
from bisect import *
from math import *
from string import *
from operator import *
from random import *
from re import *
from functools import cache, lru_cache, reduce
from math import gcd, inf, lcm
import bisect, collections, copy, datetime, functools, heapq, itertools, json, math, operator, random
import re, statistics, string, sys, typing
"""


def _names() -> dict[str, object]:
    """Run the imports once; `pow` stays the built-in, which takes a modulus, as programs expect."""
    names: dict[str, object] = {}
    exec(IMPORTS, names)
    for hidden in ("__builtins__", "pow"):
        names.pop(hidden, None)
    return names


NAMES = _names()
MODULE = "solution"


def fresh_module() -> types.ModuleType:
    """Make the module that a program runs in; it is importable, as `dataclass` and pickling need."""
    module = types.ModuleType(MODULE)
    module.__dict__.update(NAMES)
    sys.modules[MODULE] = module
    return module
