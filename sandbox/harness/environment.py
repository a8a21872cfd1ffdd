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


MODULE = "solution"
_KEPT = ("__builtins__", "pow")
"""The built-ins, and among them `pow`, which takes a modulus, as programs expect."""


def make_module() -> types.ModuleType:
    """Make the module that a program runs in; it is importable, as `dataclass` and pickling need."""
    module = types.ModuleType(MODULE)
    names: dict[str, object] = {}
    exec(IMPORTS, names)
    module.__dict__.update({name: value for name, value in names.items() if name not in _KEPT})
    sys.modules[MODULE] = module
    return module
