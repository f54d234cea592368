"""The key file of the tests, and what is sealed by it."""

import atexit
import os
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from deploy.master_keys import made_master_keys
from services.intake.domain.submission import Contact
from services.intake.vault import Vault, Words, Wrapped
from services.intake.vault_keys import VARIABLE, read_key_ring

_OPENED = """
SELECT report.id, report.sealed AS words, contact.sealed AS contact, key.master_key, key.wrapped
FROM intake.report LEFT JOIN intake.contact ON contact.report_id = report.id
JOIN intake.report_key AS key ON key.report_id = report.id
WHERE $1::uuid IS NULL OR report.id = $1 ORDER BY report.id
"""


def provide_master_keys() -> None:
    """For every intake that a test starts, and the processes it starts."""
    if VARIABLE not in os.environ:
        folder = tempfile.TemporaryDirectory(prefix="vardkase-keys-")
        atexit.register(folder.cleanup)
        os.environ[VARIABLE] = str(made_master_keys(Path(folder.name)))


def vault() -> Vault:
    return Vault(read_key_ring(Path(os.environ[VARIABLE])).keys)


async def opened(database: Any, report_id: UUID | None = None) -> list[tuple[Words, Contact | None]]:
    """What the reports in the database said, and who said it; in the order they came."""
    holder = vault()
    found = []
    for row in await database.fetch(_OPENED, report_id):
        key = Wrapped(row["master_key"], row["wrapped"])
        who = None if row["contact"] is None else holder.open_contact(row["id"], key, row["contact"])
        found.append((holder.open_words(row["id"], key, row["words"]), who))
    return found
