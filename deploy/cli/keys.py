"""`vardkase keys`: the master keys that seal what people tell."""

import getpass
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from deploy.cli.intake_database import with_intake_database
from deploy.errors import CannotGoOn

if TYPE_CHECKING:
    from services.intake.rotation import Rotated
    from services.intake.vault import Vault

keys_app = typer.Typer(no_args_is_help=True, help="The master keys that seal what people tell.")


@keys_app.callback()
def _keys() -> None:
    """The master keys that seal what people tell, in the file INTAKE_MASTER_KEYS_FILE (else master_keys.json in VARDKASE_STATE).

    Keep a copy of the file apart from the copies of the database: without it nobody reads what people wrote, or reaches them.
    """


@keys_app.command("new", short_help="Make the file, for an intake that holds no reports.")
def keys_new() -> None:
    """Make the file of master keys with one key in it. A file that is there is left as it is.

    Example: INTAKE_MASTER_KEYS_FILE=/etc/vardkase/master_keys.json vardkase keys new
    """
    from services.intake.vault_keys import new_key_ring, write_key_ring

    path = _path()
    if path.exists():
        raise CannotGoOn(f"{path} is there already: use `vardkase keys rotate` for a new key in it.")
    path.parent.mkdir(parents=True, exist_ok=True)
    write_key_ring(path, new_key_ring(datetime.now(UTC)))
    typer.echo(f"Made {path}. Keep a copy of it apart from the copies of the database.")


@keys_app.command("list", short_help="Each key, and how many reports it wraps.")
def keys_list() -> None:
    """Each master key: when it was made, how many reports' keys it wraps, and which one is current.

    Example: vardkase keys list
    """
    from services.intake import vault_store

    ring, path = _ring(), _path()
    counts = with_intake_database(vault_store.wrapped_by)
    for name, kept in ring.kept.items():
        mark = "current" if name == ring.current else "old"
        typer.echo(
            f"{name}  {mark:<8} made {kept.made_at:%Y-%m-%d %H:%M}  wraps {counts.get(name, 0)} reports"
        )
    for name in counts.keys() - ring.kept.keys():
        typer.echo(
            f"{name}  LACKING  wraps {counts[name]} reports that nobody can open: find the copy of {path} with it"
        )


@keys_app.command("rotate", short_help="A new key; the old one goes when it wraps nothing.")
def keys_rotate() -> None:
    """Make a new master key, wrap every report's own key by it, and drop the old one once it wraps nothing.

    Run it beside the service, which takes up the new key by itself. Broken off, it goes on where it ended when run again. What an
    older copy of the table report_key holds can't be opened afterwards, so that who was erased is erased there too.

    Example: vardkase keys rotate && cp "$INTAKE_MASTER_KEYS_FILE" /somewhere/safe/
    """
    from services.intake.rotation import AlreadyRotating, Rotation
    from services.intake.vault import UnknownMasterKey, WrongMasterKeyError

    _ring()
    path = _path()

    async def rotate(connection: Any) -> "Rotated":
        return await Rotation(connection, path, _tell).run()

    try:
        rotated = with_intake_database(rotate)
    except AlreadyRotating as error:
        raise CannotGoOn(
            "The keys of this database are being rotated already: wait for that to end."
        ) from error
    except (UnknownMasterKey, WrongMasterKeyError) as error:
        raise CannotGoOn(
            f"Stopped, and nothing was lost: {error}. Give back the right copy of {path}, then run it again."
        ) from error
    how = "is new" if rotated.is_new else "was made by a rotation that had not ended"
    retired = f"Dropped {', '.join(rotated.retired)}." if rotated.retired else "No key was dropped."
    typer.echo(f"{rotated.current} {how} and wraps all; {rotated.rewrapped} were wrapped anew. {retired}")
    typer.echo(f"Copy {path} to where you keep it.", err=True)


@keys_app.command("open", short_help="What one report said; with a reason also who said it.")
def keys_open(
    which: Annotated[str, typer.Argument(help="Its id, or its tracking code.")],
    reason: Annotated[
        str | None,
        typer.Option(
            "--reason", help="Why the contact details are needed. Opens them, and is put on record."
        ),
    ] = None,
) -> None:
    """Open one report: its words as they were written, as JSON; with --reason also the contact details, which the reporter is
    told and `vardkase disclosures list` shows. Who need not sit at the server does that at /staff/contact.

    Example: vardkase keys open WGS5-X26S-5KKA --reason "Fråga mer om platsen"
    """
    from services.intake import vault_store
    from services.intake.domain.disclosure import BadReasonError, checked_reason
    from services.intake.domain.following import spelled_out
    from services.intake.vault import UnknownMasterKey, Vault, WrongMasterKeyError

    try:
        why = None if reason is None else checked_reason(reason)
    except BadReasonError as error:
        raise CannotGoOn("The reason must say something, in at most 500 characters.") from error
    vault = Vault(_ring().keys)
    code = spelled_out(which)

    async def opened(connection: Any) -> dict[str, Any] | None:
        kept = await vault_store.sealed(connection, code or which)
        if kept is None:
            return None
        words = vault.open_words(kept.report_id, kept.sealed.key, kept.sealed.words)
        is_given = kept.sealed.contact is not None
        who = await _who(connection, vault, kept.report_id, why) if is_given and why else None
        return {
            "id": str(kept.report_id),
            "text": words.text,
            "place_text": words.place_text,
            "contact_given": is_given,
            "contact": who,
        }

    try:
        told = with_intake_database(opened)
    except (UnknownMasterKey, WrongMasterKeyError) as error:
        raise CannotGoOn(f"It can't be opened: {error}. Give back the right copy of {_path()}.") from error
    if told is None:
        raise CannotGoOn(
            f"There is no sealed report {which}: see that it is a whole id or code, or it is erased."
        )
    typer.echo(json.dumps(told, ensure_ascii=False, indent=1))


async def _who(connection: Any, vault: "Vault", report_id: UUID, reason: str) -> dict[str, Any]:
    from services.intake.contact_opening import open_contact_on
    from services.intake.domain.disclosure import Opener, Way

    opener = Opener(None, getpass.getuser(), None, Way.SERVER)
    contact, _ = await open_contact_on(connection, vault, opener, report_id, reason, datetime.now(UTC))
    return contact.model_dump()


def _tell(done: int, total: int) -> None:
    typer.echo(f"\r{done} of {total} wrapped anew", err=True, nl=done >= total)


def _ring() -> Any:
    from services.intake.vault_keys import BadKeyFile, read_key_ring

    try:
        return read_key_ring(_path())
    except BadKeyFile as fault:
        raise CannotGoOn(str(fault)) from fault


def _path() -> Path:
    from deploy.local.settings import LocalSettings
    from deploy.master_keys import FILE_NAME
    from deploy.running import in_use
    from deploy.services import MASTER_KEYS

    given = os.environ.get(MASTER_KEYS)
    return Path(given) if given else in_use(LocalSettings.load()).state.resolve() / FILE_NAME
