import sys
from pathlib import Path

from deploy.cli.console import console, stop_signals
from deploy.cli.down import remove
from deploy.cli.up import bring_up, keep_running
from deploy.local.settings import LocalSettings
from deploy.running import Running, demo_settings


def run_demo(*, once: bool, as_json: bool, speed: float) -> None:
    from deploy.demo import run

    settings = demo_settings(LocalSettings.load())
    with stop_signals() as signals:
        forget_last_demo(settings)
        system = bring_up(settings)
        try:
            exit_code = run(system, as_json=as_json, speed=speed, console=console)
            if not once:
                keep_running(system, signals)
        finally:
            system.stop()
    sys.exit(exit_code)


def forget_last_demo(settings: LocalSettings) -> None:
    """Each demo begins with nothing, so that the story links and alerts as it is told."""
    running = Running(settings.state)
    if running.owner() is None:
        running.stop_leftovers(console.print)
        remove(settings.state)


def run_replay(file: Path) -> None:
    from deploy.replay import run

    sys.exit(run(file))
