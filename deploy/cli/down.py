import shutil
import time
from pathlib import Path
from typing import Final

from deploy.cli.console import console
from deploy.errors import CannotGoOn
from deploy.local.settings import LocalSettings
from deploy.running import DEMO_FOLDER, Running, in_use

STOP_TIMEOUT_S: Final = 90.0
# What makes a folder recognisably ours, so that a mistyped VARDKASE_STATE wipes nothing else.
MARK: Final = "secrets.json"
# `make install` may keep the program uv here; it is no one's report.
KEPT: Final = {"uv"}


def run_down(*, wipe: bool) -> None:
    settings = LocalSettings.load()
    stop(Running(in_use(settings).state.resolve()))
    if wipe:
        remove(settings.state.resolve())
        console.print(f"Removed what was kept in {settings.state}.")


def stop(running: Running) -> None:
    owner = running.owner()
    if owner is None:
        running.stop_leftovers(console.print)
        console.print("Nothing runs here.")
        return
    owner.terminate()
    deadline = time.monotonic() + STOP_TIMEOUT_S
    with console.status("Stopping: services finish what they have in hand …"):
        while running.owner() is not None:
            if time.monotonic() > deadline:
                raise CannotGoOn(
                    f"Process {owner.pid} did not stop in {STOP_TIMEOUT_S:.0f} s: end it with `kill -9 {owner.pid}`; "
                    "its servers end with it, and nothing confirmed is lost."
                )
            time.sleep(0.1)
    console.print("Stopped.")


def remove(state: Path) -> None:
    """Everything in the state folder, when it is one."""
    if not state.exists() or {entry.name for entry in state.iterdir()} <= KEPT:
        return
    if not ((state / MARK).exists() or (state / DEMO_FOLDER / MARK).exists()):
        raise CannotGoOn(
            f"{state} does not look like a state folder of ours (no {MARK} in it): nothing was removed."
        )
    for entry in state.iterdir():
        if entry.name in KEPT:
            continue
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()
