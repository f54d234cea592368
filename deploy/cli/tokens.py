"""`vardkase tokens`: who may report as staff, guards or another system, and who may speak Open311."""

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.cli.intake_database import with_intake_database
from deploy.errors import CannotGoOn

if TYPE_CHECKING:
    from services.intake.tokens_store import Listed

_SOON = timedelta(days=30)
tokens_app = typer.Typer(
    no_args_is_help=True,
    help="Tokens for staff, guards and other systems: made, listed, revoked.",
)


@tokens_app.callback()
def _tokens() -> None:
    """Tokens for staff, guards and other systems. A citizen needs none.

    What is reported with a token is counted as its source (discovered), apart from what citizens report.
    """


@tokens_app.command("create", short_help="Make one; it is shown once.")
def tokens_create(
    name: Annotated[str, typer.Argument(help="Who holds it, so that you know which one to revoke.")],
    scope: Annotated[
        list[str],
        typer.Option("--scope", help="What it may do, see above. Repeatable."),
    ],
    municipality: Annotated[
        str,
        typer.Option(
            "--municipality", envvar="INTAKE_MUNICIPALITY", help="SCB code it may report from, or `any`."
        ),
    ] = "1983",
    days: Annotated[int, typer.Option("--days", min=1, max=3650, help="Ends after so many days.")] = 365,
    never_ends: Annotated[  # noqa: FBT002
        bool, typer.Option("--never-ends", help="Does not end until it is revoked.")
    ] = False,
) -> None:
    """Make a token. Its secret is printed on stdout, once; only a digest is kept, so nobody can show it again.

    \b
    Scopes:
      report:staff, report:guard       reports by the API, counted as that source;
      report:import (another system),  one of these five in a token
      report:police_open_data,
      report:citizen (passes on what citizens told elsewhere, as a mailbox does)
      open311:JURISDICTION             sends service requests and follows its own; they are
                                       citizens', unless it also has a report:… scope
      read                             beside open311:…, also lists what others sent,
                                       without their words
      quarantine                       sees what is held against floods, releases and rejects it
      photos                           sees the photos of reports in its municipality
      contact                          opens name, telephone and e-mail that a reporter gave, one report
                                       at a time and with a reason; each time is kept in a log

    \b
    Examples:
      vardkase tokens create "Väktarbolaget, app" --scope report:guard --days 90
      KEY=$(vardkase tokens create FixMyStreet --scope open311:1983)

    Use it as `Authorization: Bearer …` at /api/v1/reports, or as api_key in Open311 (docs/open311.md).
    """  # noqa: D301 - Typer wants the character itself
    from services.intake.domain.tokens import ScopeError, checked_scopes, new_secret
    from services.intake.tokens_store import insert_token

    try:
        scopes = checked_scopes(scope)
    except ScopeError as error:
        raise CannotGoOn(f"{error}.") from error
    place = None if municipality == "any" else _known(municipality)
    secret, now = new_secret(), datetime.now(UTC)
    ends = None if never_ends else now + timedelta(days=days)

    async def insert(connection: Any) -> None:
        await insert_token(
            connection,
            secret=secret,
            name=_named(name),
            municipality=place,
            scopes=scopes,
            now=now,
            expires_at=ends,
        )

    import asyncpg

    try:
        with_intake_database(insert)
    except asyncpg.UniqueViolationError as error:
        raise CannotGoOn(
            f"A token in force is called {name!r} already: choose another name, or revoke that one first."
        ) from error
    typer.echo(f"{name}: {', '.join(scopes)}; {_ending(ends)}. Keep it now, it is not shown again:", err=True)
    typer.echo(secret)


@tokens_app.command("list", short_help="Who holds one, when it was used, and which are revoked.")
def tokens_list(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,  # noqa: FBT002
) -> None:
    """Those in force first. `last used` is at most a minute late. The tokens of INTAKE_TOKENS are among them.

    Example: vardkase tokens list --json | jq 'select(.last_used_at == null).name'
    """
    from services.intake.tokens_store import list_tokens

    listed = with_intake_database(list_tokens)
    if as_json:
        for each in listed:
            typer.echo(json.dumps(_row(each), ensure_ascii=False))
    elif listed:
        _print_table(listed)
    else:
        typer.echo("There is no token: make one with `vardkase tokens create`.")


@tokens_app.command("revoke", short_help="End one, within two seconds.")
def tokens_revoke(
    name: Annotated[str, typer.Argument(help="Its name, or its id as `tokens list --json` shows it.")],
) -> None:
    """End a token for good. Every running intake refuses it within two seconds; what was reported with it stays.

    Example: vardkase tokens revoke FixMyStreet
    """
    from services.intake.tokens_store import revoke_token

    revoked = with_intake_database(lambda connection: revoke_token(connection, name))
    if revoked is None:
        raise CannotGoOn(f"No token in force is called {name!r}: see `vardkase tokens list`.")
    typer.echo(f"Revoked {revoked}. It is refused within two seconds.", err=True)


def _named(name: str) -> str:
    cleaned = " ".join(name.split())
    if not 1 <= len(cleaned) <= 100 or not cleaned.isprintable():
        raise CannotGoOn("The name must have 1 to 100 characters that can be read.")
    return cleaned


def _known(code: str) -> str:
    from shared.geodata import municipalities

    if code not in municipalities():
        raise CannotGoOn(f"{code!r} is no municipality's code: give four digits such as 1983, or `any`.")
    return code


def _ending(ends: datetime | None) -> str:
    return "never ends" if ends is None else f"ends {ends:%Y-%m-%d}"


def _row(listed: "Listed") -> dict[str, object]:
    return {
        "id": str(listed.id),
        "name": listed.name,
        "municipality": listed.municipality,
        "scopes": listed.scopes,
        **{
            field: None if (at := getattr(listed, field)) is None else at.isoformat(timespec="seconds")
            for field in ("created_at", "last_used_at", "expires_at", "revoked_at")
        },
    }


def _print_table(listed: list["Listed"]) -> None:
    from deploy.cli.tables import PlainTable

    table = PlainTable("name", "scopes", "from", "created", "last used", "ends")
    for each in listed:
        table.add(
            each.name,
            " ".join(each.scopes),
            each.municipality or "any",
            _day(each.created_at),
            "never" if each.last_used_at is None else f"{each.last_used_at.astimezone():%Y-%m-%d %H:%M}",
            f"revoked {_day(each.revoked_at)}" if each.revoked_at else _day(each.expires_at) or "never",
        )
    table.show()
    now = datetime.now(UTC)
    soon = [
        each.name
        for each in listed
        if not each.revoked_at and each.expires_at and now < each.expires_at < now + _SOON
    ]
    if soon:
        typer.echo(f"End within {_SOON.days} days: {', '.join(soon)}. Make new ones before.", err=True)


def _day(at: datetime | None) -> str:
    return "" if at is None else f"{at.astimezone():%Y-%m-%d}"
