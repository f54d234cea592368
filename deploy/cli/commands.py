"""The commands and what --help says about them."""

import sys
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.arguments import DataFile, GazetteerFolder
from deploy.cli.disclosures import disclosures_app
from deploy.cli.disposal import disposal_app
from deploy.cli.email import email_app
from deploy.cli.evaluating import eval_app
from deploy.cli.gazetteer import gazetteer_app
from deploy.cli.imports import imports_app
from deploy.cli.keys import keys_app
from deploy.cli.model import model_app
from deploy.cli.quarantine import quarantine_app
from deploy.cli.tokens import tokens_app
from deploy.errors import CannotGoOn

# Plain help: the decorated one takes twice as long to appear.
app = typer.Typer(
    name="vardkase",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=(
        "Hear what citizens report, understand it, tell the right agency at once, and plan from a common picture.\n\n"
        "Begin with vardkase demo to see two weeks in Köping, or vardkase up to run it.\n\n"
        "Its state is kept in .vardkase/ (VARDKASE_STATE). With KAFKA_BOOTSTRAP_SERVERS or POSTGRES_DSN set, those "
        "servers are used and none is started here."
    ),
)
topics_app = typer.Typer(
    no_args_is_help=True, help="The topics on the broker, and who may read and write them."
)
corrections_app = typer.Typer(no_args_is_help=True, help="What persons corrected.")
app.add_typer(topics_app, name="topics")
app.add_typer(corrections_app, name="corrections")
app.add_typer(eval_app, name="eval")
app.add_typer(gazetteer_app, name="gazetteer")
app.add_typer(imports_app, name="import")
app.add_typer(model_app, name="model")
app.add_typer(quarantine_app, name="quarantine")
app.add_typer(tokens_app, name="tokens")
app.add_typer(keys_app, name="keys")
app.add_typer(disposal_app, name="disposal")
app.add_typer(disclosures_app, name="disclosures")
app.add_typer(email_app, name="email")


@app.command(short_help="Start everything and keep it running until Ctrl-C.")
def up() -> None:
    """Start servers and services, and keep them running until Ctrl-C.

    What dies is started again. What people reported is kept until the next time.

    Example: VARDKASE_STATE=/srv/vardkase INTAKE_PORT=8201 vardkase up
    """
    from deploy.cli.up import run_up

    run_up()


@app.command(short_help="Stop what runs here; --wipe also removes what it kept.")
def down(
    wipe: Annotated[
        bool, typer.Option("--wipe", help="Also remove all reports, passwords and tokens.")
    ] = False,
) -> None:
    """Stop what `up` or `demo` runs here.

    Example: vardkase down --wipe
    """
    from deploy.cli.down import run_down

    run_down(wipe=wipe)


@app.command(short_help="Process, memory, port and readiness of each part.")
def status(
    as_json: Annotated[bool, typer.Option("--json", help="The same as one JSON object.")] = False,
) -> None:
    """Each server and service: process, memory, port, and whether it is ready; exit code 3 when one is not."""
    from deploy.cli.status import run_status

    run_status(as_json=as_json)


@app.command(short_help="Play two weeks in Köping, and what is told to whom.")
def demo(
    once: Annotated[
        bool, typer.Option("--once", help="Stop after the story; exit 0 only if nothing was lost.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The ending as one JSON object.")] = False,
    speed: Annotated[
        float,
        typer.Option(min=0, help="Story reports a second; 0: each as soon as the one before is accepted."),
    ] = 4.0,
) -> None:
    """Play two weeks in Köping: fires, thefts, rumours true and false, a spam burst, and what is told to whom.

    Example: vardkase demo --once --json | jq .alerts
    """
    from deploy.cli.demo import run_demo

    run_demo(once=once, as_json=as_json, speed=speed)


@app.command(short_help="Bring the database schemas and roles up to date.")
def migrate() -> None:
    """Bring every service's schema up to date, and give each service a role that reaches its own alone.

    Example: POSTGRES_DSN=postgresql://admin:…@db.example/vardkase vardkase migrate
    """
    from deploy.cli.apply import run_migrate

    run_migrate()


@topics_app.command("apply", short_help="Create what is missing, mend what differs.")
def topics_apply() -> None:
    """Create topics, users and access rules that are missing, and mend those that differ. May be run at any time.

    Example: KAFKA_BOOTSTRAP_SERVERS=kafka.example:9092 KAFKA_SASL_USERNAME=admin … vardkase topics apply
    """
    from deploy.cli.apply import run_topics_apply

    run_topics_apply()


@app.command(short_help="Read stored reports again with today's model and gazetteer.")
def reenrich(
    since: Annotated[datetime | None, typer.Option(help="Only what was received since then.")] = None,
    municipality: Annotated[str | None, typer.Option(help="Only this one: SCB code, four digits.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read and count; change and publish nothing.")
    ] = False,
) -> None:
    """Read again what another model or gazetteer has read. Reports stay with their incidents; corrections stand.

    May run beside the service, be broken off and started again; a second run finds nothing to do.

    Example: vardkase reenrich --since 2026-11-01 --dry-run
    """
    from deploy.cli.reenrich import run_reenrich

    run_reenrich(since=since, municipality=municipality, dry_run=dry_run)


@corrections_app.command("export", short_help="Corrected texts to train from, as JSONL.")
def corrections_export(
    to: Annotated[Path | None, typer.Option(dir_okay=False, help="Write there instead of to stdout.")] = None,
) -> None:
    """Redacted texts of reports whose category a person corrected; what was taken back is left out. Always the same order.

    Rows: {"text", "categories": [the person's], "language", "source": "correction", "at"}.

    Example: vardkase corrections export --to corrections.jsonl
    """
    from deploy.cli.corrections import run_corrections_export

    run_corrections_export(to)


@app.command(short_help="Send police events through intake's API.")
def replay(file: DataFile) -> None:
    """Send police events through intake's API as the source police_open_data.

    Example: vardkase replay police_events.jsonl.gz
    """
    from deploy.cli.demo import run_replay

    run_replay(file)


@app.command(short_help="Dry run of enrichment, stdin to stdout, no servers.")
def enrich(
    explain: Annotated[bool, typer.Option("--explain", help="One report's reasoning, for a person.")] = False,
    text: Annotated[str | None, typer.Option(help="With --explain: the report, instead of stdin.")] = None,
    municipality: Annotated[str | None, typer.Option(help="With --explain: name or code.")] = None,
    occurred_at: Annotated[str | None, typer.Option(help="With --explain: when it was told.")] = None,
    gazetteer: GazetteerFolder = None,
) -> None:
    """Dry run of enrichment: reports as JSONL on stdin, enriched JSONL on stdout. No servers.

    Example: echo '{"text": "Det brinner i en container vid hamnen i Köping"}' | vardkase enrich

    Why one report is understood as it is, from a text or from one row or plain text on stdin:

    Example: vardkase enrich --explain --text "Bråk vid resecentrum igår kväll" --municipality 1983

    Example: echo "Jag har hört att det brann i Kolsva i natt" | vardkase enrich --explain
    """
    _speak_utf8()
    if explain or text is not None:
        from deploy.cli.explain import run_explain

        run_explain(text, municipality, occurred_at, gazetteer)
        return
    from services.enrichment.dry_run import main
    from services.enrichment.geocoder.folder import BadGazetteer

    try:
        main(sys.stdin, sys.stdout, gazetteer=gazetteer)
    except BadGazetteer as error:
        raise CannotGoOn(str(error)) from error


@app.command(short_help="Dry run of the alert rules, stdin to stdout, no servers.")
def route() -> None:
    """Dry run of the alert rules: enriched JSONL on stdin, the alerts each agency would get on stdout. No servers.

    Example: vardkase enrich < reports.jsonl | vardkase route
    """
    from services.notifier.dry_run import main

    _speak_utf8()
    main(sys.stdin, sys.stdout)


def _speak_utf8() -> None:
    """Whatever the terminal's own encoding. A byte that is none of UTF-8 spoils its row alone."""
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="surrogateescape")


@app.command(short_help="What an agency needs to read its alerts, for the shell.")
def agency(
    name: Annotated[str, typer.Argument(help="police, rescue, social, school, care, security or guards")],
) -> None:
    """Print the broker's address and the agency's password, and its token for the notifier's API, for `eval`.

    Example: eval "$(vardkase agency police)"; kcat -b "$KAFKA_ADDRESS" -X sasl.password="$KAFKA_PASSWORD" …
    """
    from deploy.cli.agency import run_agency

    run_agency(name)


@app.command(short_help="Read an agency's alerts as that agency, one JSON object a line.")
def listen(
    name: Annotated[str, typer.Argument(help="police, rescue, social, school, care, security or guards")],
    topic: Annotated[str | None, typer.Option(help="Another topic, to see that it is refused.")] = None,
) -> None:
    """Read an agency's alerts with its own user, from the beginning and as they come, until Ctrl-C.

    Example: vardkase listen police | jq .summary
    """
    from deploy.cli.listen import run_listen

    run_listen(name, topic)


@app.command(
    short_help="Measure throughput, latency, start-up time and memory.",
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def bench(context: typer.Context) -> None:
    """Measure what the README says: reports a second, latency, start-up time, memory.

    Example: vardkase bench --json
    """
    from deploy.cli.bench import run_bench

    run_bench(context.args)
