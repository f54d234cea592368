"""What the machine's cores are worth: how much as many processes as there are cores do at once, next to one alone.

Cores of their own give their number. Threads of one core, or neighbours on the machine, give less, and every figure beside it
should be read by that.
"""

import os
import subprocess
import sys
from typing import Final

_SECONDS: Final = 1.5
# Words are split and counted: ordinary Python work, in the caches and on the heap.
_WORK: Final = f"""
from time import perf_counter
words, done, until = "det brinner i en container bakom skolan ".split() * 20, 0, perf_counter() + {_SECONDS}
while perf_counter() < until:
    counts = {{}}
    for word in words:
        counts[word] = counts.get(word, 0) + len(str(done))
    done += 1
print(done)
"""


def cores_worth() -> float:
    """1.0 to the number of cores, when nothing else runs."""
    alone, together = _done_by(1), _done_by(os.cpu_count() or 1)
    return round(together / alone, 2)


def _done_by(processes: int) -> int:
    started = [
        subprocess.Popen([sys.executable, "-c", _WORK], stdout=subprocess.PIPE) for _ in range(processes)
    ]
    return sum(int(each.communicate()[0]) for each in started)
