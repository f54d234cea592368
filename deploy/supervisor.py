"""Keeps servers and services alive: what dies is started again, after a pause that grows while it keeps dying."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from deploy.errors import CannotGoOn

FIRST_PAUSE_S: Final = 0.5
LONGEST_PAUSE_S: Final = 30.0
# A process that lived this long was well: its next death counts as the first.
WELL_AFTER_S: Final = 60.0


def restart_pause_s(deaths_in_a_row: int) -> float:
    """0.5, 1, 2, … 30 seconds for the first, second, third … death."""
    return min(FIRST_PAUSE_S * 2.0 ** min(deaths_in_a_row - 1, 16), LONGEST_PAUSE_S)


def deaths_after(deaths_before: int, lived_s: float) -> int:
    return 1 if lived_s >= WELL_AFTER_S else deaths_before + 1


class Supervised(Protocol):
    name: str
    log_path: Path

    @property
    def pid(self) -> int | None: ...
    def begin(self) -> None: ...
    def ending(self) -> str: ...


@dataclass
class _Watch:
    subject: Supervised
    started_at: float
    deaths: int = 0
    restart_at: float | None = None


@dataclass
class Supervisor:
    """`tick` is called a few times a second; it never waits. `report` is told in one sentence what happened."""

    report: Callable[[str], None]
    _watches: list[_Watch] = field(default_factory=list)

    def watch(self, subjects: Sequence[Supervised], now: float) -> None:
        self._watches += [_Watch(subject, started_at=now) for subject in subjects]

    def tick(self, now: float) -> bool:
        """True when a process was started, so that whoever shows process ids looks again."""
        tended = [
            self._tend(watch, now) for watch in self._watches
        ]  # all of them, also after one was started
        return any(tended)

    def _tend(self, watch: _Watch, now: float) -> bool:
        if watch.subject.pid is not None:
            return False
        if watch.restart_at is None:
            watch.deaths = deaths_after(watch.deaths, now - watch.started_at)
            pause_s = restart_pause_s(watch.deaths)
            watch.restart_at = now + pause_s
            self.report(
                f"{watch.subject.name} {watch.subject.ending()} and starts again in {pause_s:g} s; "
                f"its log is {watch.subject.log_path}"
            )
            return False
        if now < watch.restart_at:
            return False
        return self._restart(watch, now)

    def _restart(self, watch: _Watch, now: float) -> bool:
        watch.restart_at = None
        watch.started_at = now
        try:
            watch.subject.begin()
        except CannotGoOn as reason:
            self.report(str(reason))
            return False
        return True
