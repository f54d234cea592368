"""What a person sees while long steps run: a spinner in a terminal, plain lines in a log."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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


@dataclass
class StopSignals:
    """Ctrl-C and SIGTERM. The first one breaks off what runs while `break_off` holds; later ones are only noted,
    so that stopping itself is never cut short.
    """

    asked: bool = False
    break_off: bool = True

    def note(self, _number: int, _frame: FrameType | None) -> None:
        if self.asked:
            return
        self.asked = True
        console.print("\nStopping: services finish what they have in hand …")
        if self.break_off:
            raise KeyboardInterrupt


@contextmanager
def stop_signals() -> Iterator[StopSignals]:
    signals = StopSignals()
    previous = {number: signal.signal(number, signals.note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield signals
    finally:
        for number, action in previous.items():
            signal.signal(number, action)
