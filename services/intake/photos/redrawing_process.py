"""The process that draws photos anew: photos in on standard input, pictures out, until the input closes.

It gives up what it will not need before the first photo comes: files, sockets, writing, memory above the limit. It has none of the
service's environment, and so none of its secrets.
"""

import os
import resource
import signal
import sys
from typing import BinaryIO

import orjson

from services.intake.photos.faults import BadPhoto, Fault
from services.intake.photos.redrawing import Redrawn, Sizes, redraw, warm_up
from shared.framing import receive, send


def main() -> None:
    # Ctrl-C is for the service, which then closes our input. Whatever a library prints must not stand among the answers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asked, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    wanted = receive(asked)
    if wanted is None:
        return
    limits = orjson.loads(wanted)
    sizes = Sizes(limits["max_pixels"], limits["display_px"], limits["thumbnail_px"])
    os.nice(5)  # a report is stored before a photo is drawn
    warm_up()
    _give_up(limits["memory_bytes"])
    send(answers, b"{}")
    _draw(asked, answers, sizes, limits["timeout_s"])


def _draw(asked: BinaryIO, answers: BinaryIO, sizes: Sizes, timeout_s: float) -> None:
    while (photo := receive(asked)) is not None:
        # The service ends a process that is late. Should the service be gone by then, this does.
        signal.setitimer(signal.ITIMER_REAL, timeout_s + 2)
        try:
            redrawn = redraw(photo, sizes)
        except BadPhoto as bad:
            send(answers, orjson.dumps({"fault": bad.fault}))
        except MemoryError:
            send(answers, orjson.dumps({"fault": Fault.TOO_HARD}))
        else:
            _answer(answers, redrawn)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _answer(answers: BinaryIO, redrawn: Redrawn) -> None:
    send(answers, orjson.dumps({"width": redrawn.width, "height": redrawn.height}))
    send(answers, redrawn.thumbnail)
    send(answers, redrawn.display)


def _give_up(memory_bytes: int) -> None:
    """For good: the hard limits go down with the soft ones."""
    for what, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main()
