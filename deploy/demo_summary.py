"""The ending of the demo, on one screen: what was sent, understood, told, refuted, decided, and where the paper is."""

from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

_AGENCIES: Final = {
    "police": "polisen",
    "rescue": "räddningstjänsten",
    "social": "socialtjänsten",
    "school": "skolan",
    "care": "vård och omsorg",
    "security": "säkerhetsavdelningen",
    "guards": "väktarna",
}
_RHYTHMS: Final = {"fortnightly": "fortnightly (var fjortonde dag)", "daily": "daily (dagligen)"}


def print_summary(outcome: dict[str, Any], console: Console) -> None:
    console.print()
    console.print(_stages(outcome))
    console.print(_alerts(outcome["alerts"]))
    _print_picture(outcome["picture"], console)
    for claim in outcome["claims"]:
        sign = "refuted" if claim["verdict"] == "refuted" else "confirmed"
        console.print(f"Claim [bold]{sign}[/bold]: “{claim['statement']}”", highlight=False)
        console.print(f"  {claim['explanation']}", style="dim")
    _print_rhythm(outcome["rhythm"], console)
    report = outcome["situation_report"]
    console.print(Text(f"Situation report {report['number']}: {report['path']}"), soft_wrap=True)
    console.print(_verdict(outcome))


def _stages(outcome: dict[str, Any]) -> Table:
    table = Table(
        "Stage", "Expected", "Exactly once", "Missing", "Doubled", title="Every report, at every stage"
    )
    for stage in outcome["stages"]:
        style = "green" if stage["complete"] else "red"
        numbers = [str(stage[name]) for name in ("expected", "once", "missing", "doubled")]
        table.add_row(stage["name"], *numbers, style=style)
    return table


def _alerts(alerts: dict[str, int]) -> Table:
    table = Table("Agency", "Alerts", title="Alerts")
    for agency, count in sorted(alerts.items(), key=lambda entry: -entry[1]):
        table.add_row(f"{agency} ({_AGENCIES.get(agency, agency)})", str(count))
    return table


def _print_picture(picture: dict[str, Any], console: Console) -> None:
    totals = picture["totals"]
    console.print(
        f"The fortnight in Köping: [bold]{totals['reports']} reports → {totals['incidents']} incidents[/bold] "
        f"(the fortnight before: {totals['previous_reports']} → {totals['previous_incidents']})"
    )
    for category in picture["categories"][:5]:
        console.print(f"  {category['sentence_sv']}", style="dim")


def _print_rhythm(rhythm: dict[str, Any], console: Console) -> None:
    before, after = (_RHYTHMS[rhythm[moment]["rhythm"]] for moment in ("before", "after"))
    console.print(f"Rhythm: {before} → [bold]{after}[/bold]")
    console.print(f"  {rhythm['after']['reason']}", style="dim")


def _verdict(outcome: dict[str, Any]) -> Text:
    accepted, seconds = outcome["sent"]["accepted"], outcome["seconds"]
    if outcome["complete"]:
        return Text(
            f"All {accepted} reports are accounted for, exactly once, after {seconds} s.", style="bold green"
        )
    faults = [stage["name"] for stage in outcome["stages"] if not stage["complete"]]
    faults += [f"{outcome['dead_letters']} dead letters"] if outcome["dead_letters"] else []
    faults += [f"{outcome['unsent']} events unsent"] if outcome["unsent"] else []
    faults += [f"{len(outcome['sent']['refused'])} refused"] if outcome["sent"]["refused"] else []
    return Text(f"NOT everything is accounted for: {', '.join(faults)}.", style="bold red")
