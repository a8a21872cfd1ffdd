"""Let recursion through C code (`lru_cache`, `sorted` with a key) go as deep as the stack allows.

Python 3.12 and 3.13 count it apart, from a constant compiled into the interpreter (10,000 or less), which
`sys.setrecursionlimit` does not move. The count lies in the thread's state, right behind the recursion limit
itself, which is how it is found. Other versions need nothing: 3.11 has one limit for both, 3.14 looks at the stack.
"""

import ctypes
import sys

from sandbox.harness.environment import RECURSION_LIMIT

_C_LIMIT = 2 * RECURSION_LIMIT
"""A cached function that calls itself within `max(...)` takes six counts of C code a level."""
_LIKELY = range(500, 100_001)
"""What the count holds when nothing is deep: anything else, and it is not what we look for."""
_WORDS = 100
"""Of the state, how many 32-bit words to look at: the limit is among the first fields."""


def lift_c_limit() -> None:
    """Raise the count of the current thread; what it forks inherits that. Leaves an unknown layout alone."""
    sys.setrecursionlimit(RECURSION_LIMIT)
    if not (3, 12) <= sys.version_info < (3, 14):
        return
    state = ctypes.pythonapi.PyThreadState_Get
    state.restype = ctypes.c_void_p
    words = (ctypes.c_int * _WORDS).from_address(state())
    for place in range(_WORDS - 1):
        if words[place] == RECURSION_LIMIT and words[place + 1] in _LIKELY:
            words[place + 1] = _C_LIMIT
            return
