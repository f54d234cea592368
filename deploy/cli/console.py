"""What a person sees while long steps run: a spinner in a terminal, plain lines in a log."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from rich.console import Console
from rich.status import Status

console = Console(stderr=True, highlight=False)


class Steps:
    """Shows the step that runs, and ticks off each that is done with the seconds it took."""

    def __init__(self) -> None:
        self._status: Status | None = None
        self._step: str | None = None
        self._began = 0.0

    def report(self, step: str) -> None:
        self._finish()
        self._step, self._began = step, time.monotonic()
        if console.is_terminal:
            self._status = console.status(f"{step} …")
            self._status.start()

    def close(self, *, done: bool = True) -> None:
        self._finish(done=done)

    def _finish(self, *, done: bool = True) -> None:
        if self._status:
            self._status.stop()
            self._status = None
        if self._step and done:
            console.print(f"[green]✓[/green] {self._step} [dim]{time.monotonic() - self._began:.1f} s[/dim]")
        self._step = None


@contextmanager
def until_told_to_stop() -> Iterator[list[int]]:
    """The list is empty until Ctrl-C or SIGTERM. Further ones are noted, so that stopping is not cut short."""
    received: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        received.append(number)
        if len(received) == 1:
            console.print("\nStopping: services finish what they have in hand …")

    previous = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield received
    finally:
        for number, action in previous.items():
            signal.signal(number, action)
