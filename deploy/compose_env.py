"""Passwords and tokens for deploy/compose.yaml, made once: `python -m deploy.compose_env`."""

import json
from pathlib import Path
from typing import Final

from deploy.local.private_file import write_private
from deploy.local.secrets_file import INTAKE_SOURCES, Secrets
from deploy.master_keys import made_master_keys
from shared.topics import Service

FOLDER: Final = Path(__file__).parent / ".compose"
COMMAND: Final = "docker compose --env-file deploy/.compose/env -f deploy/compose.yaml up --build"


def variables(secrets_text: str, secrets: Secrets) -> dict[str, str]:
    """What compose.yaml asks for, by name."""
    values = {
        "VARDKASE_SECRETS": secrets_text,
        "KAFKA_ADMIN_PASSWORD": secrets.kafka_password("admin"),
        "KAFKA_CONTROLLER_PASSWORD": secrets.kafka_password("controller"),
        "POSTGRES_PASSWORD": secrets.postgres_password("postgres"),
        "REPORTING_STAFF_TOKEN": secrets.staff_token,
        "INTAKE_TOKENS": json.dumps({source: secrets.intake_tokens[source] for source in INTAKE_SOURCES}),
        "INTAKE_ABUSE_CHALLENGE_KEY": secrets.challenge_key,
        "NOTIFIER_AGENCY_TOKENS": json.dumps(secrets.agency_tokens),
    }
    for service in Service:
        values[f"KAFKA_{service.upper()}_PASSWORD"] = secrets.kafka_password(service)
        values[f"POSTGRES_{service.upper()}_PASSWORD"] = secrets.postgres_password(service)
    return values


def main() -> None:
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    path = FOLDER / "secrets.json"
    secrets = Secrets.open(path)
    text = json.dumps(json.loads(path.read_text()))
    # Single quotes: compose then takes the text as it stands. No value of ours holds one.
    lines = [f"{name}='{value}'\n" for name, value in variables(text, secrets).items()]
    write_private(FOLDER / "env", "".join(lines))
    (FOLDER / "languages").mkdir(exist_ok=True)
    # The container's user must read it; the folder around lets nobody else of this machine in.
    made_master_keys(FOLDER / "keys", mode=0o644)
    print(f"Wrote {FOLDER / 'env'}. Next: {COMMAND}")


if __name__ == "__main__":
    main()
