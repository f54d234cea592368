"""The file of intake's master keys on this machine: made once, and never made anew over one that is lost."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

FILE_NAME: Final = "master_keys.json"


def made_master_keys(folder: Path, mode: int = 0o600) -> Path:
    """The file in that folder; made when there is none. Intake itself says when it is not the one its database needs."""
    from services.intake.vault_keys import new_key_ring, write_key_ring

    path = folder / FILE_NAME
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        write_key_ring(path, new_key_ring(datetime.now(UTC)), mode)
    return path
