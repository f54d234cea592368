from collections.abc import Callable

from deploy.cli.console import Steps, console, until_told_to_stop
from deploy.errors import CannotGoOn
from deploy.local.settings import LocalSettings
from deploy.system import System
from shared.topics import Service


def run_up() -> None:
    with until_told_to_stop() as stopping:
        system = bring_up(lambda: bool(stopping))
        try:
            if not stopping:
                print_addresses(system)
                console.print("Ctrl-C stops it.")
            system.supervise(lambda: bool(stopping))
        finally:
            system.stop()


def bring_up(is_over: Callable[[], bool], settings: LocalSettings | None = None) -> System:
    """A started system, with its steps shown as they run."""
    steps = Steps()
    try:
        build_pages(steps)
        system = System(settings or LocalSettings.load(), report=steps.report, is_over=is_over)
        started = system.start()
    except BaseException:
        steps.close(done=False)
        raise
    steps.close()
    system.report = lambda sentence: console.print(f"[yellow]![/yellow] {sentence}")
    console.print(f"Ready in {started.total_s:.1f} s.")
    return system


def build_pages(steps: Steps) -> None:
    from deploy.frontend import FrontendError, build_frontend

    try:
        build_frontend(progress=steps.report)
    except FrontendError as error:
        raise CannotGoOn(str(error)) from error


def print_addresses(system: System) -> None:
    kafka = system.servers.kafka_admin
    console.print(f"  Report something     {system.url(Service.INTAKE)}/")
    console.print(f"  Situation picture    {system.sign_in_url}", soft_wrap=True)
    console.print(
        f"  Kafka ({kafka.sasl_mechanism if kafka.username else kafka.security_protocol})    {kafka.bootstrap_servers}"
    )
    console.print(f"  Passwords, tokens    {system.servers.stack.state / 'secrets.json'}", soft_wrap=True)
    console.print(f"  Logs                 {system.servers.stack.logs}", soft_wrap=True)
