"""What runs here, for `vardkase status`, `down` and a second `up`: <state>/running.json."""

import json
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import psutil

from deploy.errors import CannotGoOn
from deploy.local.postgres import LocalPostgres
from deploy.local.settings import LocalSettings
from shared.topics import Service


@dataclass(frozen=True, slots=True)
class Part:
    """`created`: when its process began, in seconds since 1970."""

    name: str
    pid: int | None
    port: int
    created: float | None = None

    @property
    def process(self) -> psutil.Process | None:
        return _same_process(self.pid, self.created)


DEMO_FOLDER: Final = "demo"
STOP_TIMEOUT_S: Final = 25.0


def in_use(settings: LocalSettings) -> LocalSettings:
    """The state folder a command means: the usual one, or the demo's while only a demo runs."""
    demo = demo_settings(settings)
    only_demo = Running(settings.state).owner() is None and Running(demo.state).owner() is not None
    return demo if only_demo else settings


def demo_settings(settings: LocalSettings) -> LocalSettings:
    """A demo keeps its story in a folder of its own and leaves what people really reported alone."""
    return settings.model_copy(update={"state": settings.state / DEMO_FOLDER})


class Running:
    def __init__(self, state: Path) -> None:
        self._path = state / "running.json"
        self._state = state

    def claim(self) -> None:
        """One system for each state folder."""
        owner = self.owner()
        if owner is not None and owner.pid != os.getpid():
            raise CannotGoOn(
                f"Vårdkase already runs here (process {owner.pid}, state in {self._state}): see `vardkase status`, "
                "stop it with `vardkase down`, or run another beside it with VARDKASE_STATE and other ports."
            )
        self.write([])

    def write(self, parts: Sequence[tuple[str, int | None, int]]) -> None:
        me = psutil.Process()
        noted = [asdict(Part(name, pid, port, _created(pid))) for name, pid, port in parts]
        entry = {"pid": me.pid, "created": me.create_time(), "parts": noted}
        draft = self._path.with_suffix(".draft")
        draft.write_text(json.dumps(entry, indent=1))
        draft.replace(self._path)

    def release(self) -> None:
        owner = self.owner()
        if owner is None or owner.pid == os.getpid():
            self._path.unlink(missing_ok=True)

    def owner(self) -> psutil.Process | None:
        """The process that runs the system; None when there is none, also when a dead one left its file."""
        entry = self._read()
        return _same_process(entry["pid"], entry["created"]) if entry else None

    def stop_leftovers(self, report: Callable[[str], None]) -> None:
        """Linux ends the parts of a killed system with it; elsewhere they live on and keep their ports."""
        if self.owner() is not None:
            return
        left = [(part, process) for part in self.parts() if (process := part.process)]
        if not left:
            return
        report(f"Stopping what an earlier run left running: {', '.join(part.name for part, _ in left)}")
        # Services before servers, as in an orderly stop.
        for is_service in (True, False):
            _stop([each for each in left if (each[0].name in set(Service)) is is_service])

    def parts(self) -> list[Part]:
        return [Part(**part) for part in self._read().get("parts", [])]

    def _read(self) -> dict[str, Any]:
        try:
            entry: dict[str, Any] = json.loads(self._path.read_text())
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return {}
        return entry


def _created(pid: int | None) -> float | None:
    try:
        return None if pid is None else psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return None


def _same_process(pid: int | None, created: float | None) -> psutil.Process | None:
    """The process, unless it is gone. An id is used again sooner or later; the time of birth tells them apart."""
    if pid is None or created is None:
        return None
    try:
        process = psutil.Process(pid)
        is_same = abs(process.create_time() - created) < 1
        return process if is_same and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.NoSuchProcess:
        return None


def _stop(left: Sequence[tuple[Part, psutil.Process]]) -> None:
    for part, process in left:
        with suppress(psutil.NoSuchProcess):
            # At SIGTERM, PostgreSQL would wait for its clients.
            process.send_signal(signal.SIGINT if part.name == LocalPostgres.name else signal.SIGTERM)
    _, alive = psutil.wait_procs([process for _, process in left], timeout=STOP_TIMEOUT_S)
    for process in alive:
        process.kill()
    psutil.wait_procs(alive, timeout=5)
