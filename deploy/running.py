"""What runs here, for `vardkase status`, `down` and a second `up`: <state>/running.json."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import psutil

from deploy.errors import CannotGoOn
from deploy.local.settings import LocalSettings


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    pid: int | None
    port: int


DEMO_FOLDER: Final = "demo"


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
        entry = {"pid": me.pid, "created": me.create_time(), "parts": [asdict(Part(*part)) for part in parts]}
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
        if not entry:
            return None
        try:
            process = psutil.Process(entry["pid"])
            # A process id is used again sooner or later; the time of its birth tells them apart.
            is_same = abs(process.create_time() - entry["created"]) < 1
            return process if is_same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None

    def parts(self) -> list[Part]:
        return [Part(**part) for part in self._read().get("parts", [])]

    def _read(self) -> dict[str, Any]:
        try:
            entry: dict[str, Any] = json.loads(self._path.read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return entry
