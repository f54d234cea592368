from rich.markup import escape

from deploy.cli.console import Steps, StopSignals, console, stop_signals
from deploy.errors import CannotGoOn
from deploy.local.settings import LocalSettings
from deploy.running import Running
from deploy.system import System
from shared.topics import Service


def run_up() -> None:
    with stop_signals() as signals:
        system = bring_up(LocalSettings.load())
        try:
            keep_running(system, signals)
        finally:
            system.stop()


def keep_running(system: System, signals: StopSignals) -> None:
    signals.break_off = False
    print_addresses(system)
    console.print("Ctrl-C stops it.")
    system.supervise(lambda: signals.asked)


def bring_up(settings: LocalSettings) -> System:
    """A started system, with its steps shown as they run."""
    Running(settings.state.resolve()).stop_leftovers(console.print)
    steps = Steps()
    try:
        build_pages(steps)
        system = System(settings, report=steps.report)
        started = system.start()
    except BaseException:
        steps.close(done=False)
        raise
    steps.close()
    system.report = lambda sentence: console.print(f"[yellow]![/yellow] {escape(sentence)}", soft_wrap=True)
    console.print(f"Ready in {started.total_s:.1f} s.")
    return system


def build_pages(steps: Steps) -> None:
    from deploy.form_frontend import build_form_frontend
    from deploy.frontend import FrontendError, build_frontend

    try:
        build_frontend(progress=steps.report)
        build_form_frontend(progress=steps.report)
    except FrontendError as error:
        raise CannotGoOn(str(error)) from error


def print_addresses(system: System) -> None:
    kafka, state = system.servers.kafka_admin, system.servers.stack.state
    access = kafka.sasl_mechanism if kafka.username else kafka.security_protocol
    addresses = {
        "Report something": f"{system.url(Service.INTAKE)}/",
        "Situation picture": system.sign_in_url,
        "Kafka": f"{kafka.bootstrap_servers} ({access})",
        "Passwords, tokens": state / "secrets.json",
        "Logs": system.servers.stack.logs,
    }
    for name, address in addresses.items():
        console.print(f"  {name:<19}{address}", soft_wrap=True)
