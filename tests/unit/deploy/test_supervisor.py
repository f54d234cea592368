from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from deploy.errors import CannotGoOn
from deploy.supervisor import (
    FIRST_PAUSE_S,
    LONGEST_PAUSE_S,
    WELL_AFTER_S,
    Supervisor,
    deaths_after,
    restart_pause_s,
)


@dataclass
class Mortal:
    name: str = "intake"
    pid: int | None = 1
    begun_at: list[int] = field(default_factory=list)
    refuses: str | None = None
    log_path: Path = Path("logs/intake.log")

    def begin(self) -> None:
        if self.refuses:
            raise CannotGoOn(self.refuses)
        self.pid = len(self.begun_at) + 2
        self.begun_at.append(self.pid)

    def ending(self) -> str:
        return "was killed (SIGKILL)"


@given(st.integers(min_value=1, max_value=10_000))
def test_the_pause_grows_and_has_a_limit(deaths: int):
    assert FIRST_PAUSE_S <= restart_pause_s(deaths) <= restart_pause_s(deaths + 1) <= LONGEST_PAUSE_S


@given(st.integers(min_value=0, max_value=100), st.floats(min_value=WELL_AFTER_S, max_value=1e9))
def test_a_long_life_is_a_fresh_start(deaths: int, lived_s: float):
    assert deaths_after(deaths, lived_s) == 1


def test_what_dies_is_started_again_after_its_pause():
    mortal, told = Mortal(), []
    supervisor = Supervisor(told.append)
    supervisor.watch([mortal], now=0.0)
    assert not supervisor.tick(1.0)
    mortal.pid = None
    assert not supervisor.tick(2.0)
    assert not supervisor.tick(2.4)
    assert supervisor.tick(2.5)
    assert mortal.pid is not None
    assert told == ["intake was killed (SIGKILL) and starts again in 0.5 s; its log is logs/intake.log"]


def test_what_keeps_dying_waits_longer_each_time():
    mortal, told = Mortal(), []
    supervisor = Supervisor(told.append)
    supervisor.watch([mortal], now=0.0)
    now = 0.0
    while len(told) < 8:
        mortal.pid = None
        now += 0.25
        supervisor.tick(now)
    assert [line.split(" in ")[1].split(" s")[0] for line in told] == [
        "0.5",
        "1",
        "2",
        "4",
        "8",
        "16",
        "30",
        "30",
    ]


def test_a_start_that_is_refused_is_told_and_tried_again():
    mortal, told = Mortal(refuses="Port 8101 is taken."), []
    supervisor = Supervisor(told.append)
    supervisor.watch([mortal], now=0.0)
    mortal.pid = None
    supervisor.tick(1.0)
    assert not supervisor.tick(1.5)
    assert "Port 8101 is taken." in told
    mortal.refuses = None
    supervisor.tick(1.6)
    assert supervisor.tick(2.6)


def test_the_others_are_tended_too_when_one_starts():
    first, second = Mortal("intake"), Mortal("notifier")
    supervisor = Supervisor(lambda _: None)
    supervisor.watch([first, second], now=0.0)
    first.pid = second.pid = None
    supervisor.tick(0.0)
    assert supervisor.tick(1.0)
    assert first.pid is not None
    assert second.pid is not None
