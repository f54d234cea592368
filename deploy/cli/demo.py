import sys
from pathlib import Path

from deploy.cli.console import console, until_told_to_stop
from deploy.cli.up import bring_up, print_addresses


def run_demo(*, once: bool, as_json: bool, speed: float) -> None:
    from deploy.demo import run

    with until_told_to_stop() as stopping:
        system = bring_up(lambda: bool(stopping))
        try:
            exit_code = run(system, as_json=as_json, speed=speed, console=console)
            if not once and not stopping:
                print_addresses(system)
                console.print("Ctrl-C stops it.")
                system.supervise(lambda: bool(stopping))
        finally:
            system.stop()
    sys.exit(exit_code)


def run_replay(file: Path) -> None:
    from deploy.replay import run

    run(file)
