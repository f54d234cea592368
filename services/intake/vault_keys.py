"""The file of master keys: read by every intake, written by `vardkase up` and `vardkase keys rotate`."""

import base64
import binascii
import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol

from services.intake.vault import KEY_BYTES, MasterKeys, Vault
from shared.errors import CannotStart

VARIABLE: Final = "INTAKE_MASTER_KEYS_FILE"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class BadKeyFile(CannotStart):
    """The file can't be used. Its sentence never repeats a key."""


@dataclass(frozen=True, slots=True)
class KeptKey:
    key: bytes = field(repr=False)
    made_at: datetime


@dataclass(frozen=True, slots=True)
class KeyRing:
    """What the file holds."""

    current: str
    kept: Mapping[str, KeptKey]

    @property
    def keys(self) -> MasterKeys:
        return MasterKeys(self.current, {name: each.key for name, each in self.kept.items()})

    def with_new(self, now: datetime) -> "KeyRing":
        """With one key more, which is the current one."""
        name = f"{now:%Y-%m-%d}-{secrets.token_hex(3)}"
        return KeyRing(name, {**self.kept, name: KeptKey(secrets.token_bytes(KEY_BYTES), now)})

    def without(self, name: str) -> "KeyRing":
        return replace(self, kept={key: each for key, each in self.kept.items() if key != name})


def read_key_ring(path: Path) -> KeyRing:
    """Raises `BadKeyFile`."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        kept = {name: _kept(name, each) for name, each in found["keys"].items()}
        current = found["current"]
    except FileNotFoundError:
        raise BadKeyFile(
            f"There is no file of master keys at {path} ({VARIABLE}): give it back from where you keep a copy, or, for an "
            "intake that holds no reports yet, make one with `vardkase keys new`."
        ) from None
    except OSError as error:
        raise BadKeyFile(
            f"The file of master keys {path} ({VARIABLE}) can't be read: {error.strerror}."
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadKeyFile(
            f"The file of master keys {path} ({VARIABLE}) is not what `vardkase keys new` writes: give back a whole copy."
        ) from None
    if current not in kept:
        raise BadKeyFile(f"The file of master keys {path} ({VARIABLE}) lacks its current key.")
    return KeyRing(current, kept)


def _kept(name: str, found: Any) -> KeptKey:
    key = base64.b64decode(found["key"], validate=True)
    if len(key) != KEY_BYTES or not _NAME.fullmatch(name):
        raise binascii.Error("a key of another length, or a name that is none")
    return KeptKey(key, datetime.fromisoformat(found["made_at"]))


class NamesKeyFile(Protocol):
    """The part of intake's settings that is needed here."""

    @property
    def master_keys_file(self) -> Path: ...


def open_vault(settings: NamesKeyFile) -> Vault:
    """Raises `BadKeyFile`."""
    path = settings.master_keys_file
    return Vault(read_key_ring(path).keys, reread=lambda: read_key_ring(path).keys)


def new_key_ring(now: datetime) -> KeyRing:
    return KeyRing("", {}).with_new(now)


def write_key_ring(path: Path, ring: KeyRing, mode: int = 0o600) -> None:
    """Whole or not at all, and on the disk before this returns: what a lost key sealed is lost."""
    text = json.dumps(
        {
            "current": ring.current,
            "keys": {
                name: {
                    "key": base64.b64encode(each.key).decode(),
                    "made_at": each.made_at.astimezone(UTC).isoformat(timespec="seconds"),
                }
                for name, each in ring.kept.items()
            },
        },
        indent=1,
    )
    draft = path.with_name(f".{path.name}.draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
