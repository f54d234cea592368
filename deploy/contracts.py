"""`make schemas`: write the published contracts from the code to docs/, and refuse a change that breaks a reader."""

import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from pydantic import SecretStr

from shared.compatibility import incompatibilities
from shared.topics import (
    DEAD_LETTER_RETENTION,
    DEAD_LETTER_TOPICS,
    MAX_BODY_BYTES,
    TOPICS,
    Service,
    Topic,
)

DOCS: Final = Path(__file__).resolve().parent.parent / "docs"
Document = Mapping[str, Any]

_CE_HEADERS: Final = {
    "ce_specversion": "CloudEvents version, always 1.0",
    "ce_id": "UUID of the event; the same event may arrive twice and is known by it",
    "ce_type": "the topic's name after `se.vardkase.`",
    "ce_source": "the service that published it",
    "ce_time": "when it was published, RFC 3339",
    "ce_subject": "what the event is about: id of the report, incident, alert or claim",
    "ce_dataschema": "the JSON Schema of the body",
    "ce_municipality": "SCB code, four digits",
    "content-type": "application/json",
    "traceparent": "W3C trace context",
}


def event_schemas() -> dict[str, Document]:
    """One self-contained JSON Schema (2020-12) for each event, by file name."""
    models = {topic.event for topic in TOPICS}
    return {
        f"{model.__name__}.v1.json": {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"/schemas/{model.__name__}.v1.json",
            **model.model_json_schema(mode="validation"),
        }
        for model in sorted(models, key=lambda model: model.__name__)
    }


def asyncapi() -> Document:
    """AsyncAPI 3.0 of every topic and of who may send and receive on it."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Vårdkase",
            "version": "1.0.0",
            "description": "Events in CloudEvents 1.0 binary mode. Each consumer knows an event by `ce_id`. "
            f"Bodies are at most {MAX_BODY_BYTES} bytes. An unknown field or enumeration value is not an error.",
        },
        "defaultContentType": "application/json",
        "servers": {
            "kafka": {
                "host": "127.0.0.1:19092",
                "protocol": "kafka-secure",
                "description": "One user for each service and agency; access is by topic.",
                "security": [{"$ref": "#/components/securitySchemes/scram"}],
            }
        },
        "channels": {_name(topic): _channel(topic) for topic in TOPICS} | _dead_letter_channels(),
        "operations": {key: value for topic in TOPICS for key, value in _operations(topic).items()},
        "components": {
            "securitySchemes": {"scram": {"type": "scramSha256"}},
            "messages": {_message_name(topic): _message(topic) for topic in TOPICS},
        },
    }


def _name(topic: Topic) -> str:
    return topic.name.replace(".", "_").replace("-", "_")


def _message_name(topic: Topic) -> str:
    return topic.event.__name__


def _channel(topic: Topic) -> Document:
    retention = "kept for ever" if topic.retention is None else f"kept {topic.retention.days} days"
    return {
        "address": topic.name,
        "description": f"{(topic.event.__doc__ or topic.event.__name__).strip()} Key: {topic.key}; {retention}.",
        "messages": {_message_name(topic): {"$ref": f"#/components/messages/{_message_name(topic)}"}},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "replicas": 1,
                "topicConfiguration": {"cleanup.policy": [topic.cleanup]},
                "bindingVersion": "0.5.0",
            }
        },
    }


def _dead_letter_channels() -> dict[str, Document]:
    return {
        name.replace(".", "_").replace("-", "_"): {
            "address": name,
            "description": f"Records that {service} could not read: their own bytes, with the headers dl_reason, "
            f"dl_topic, dl_partition, dl_offset and dl_at. Kept {DEAD_LETTER_RETENTION.days} days.",
        }
        for service, name in DEAD_LETTER_TOPICS.items()
    }


def _message(topic: Topic) -> Document:
    headers = {name: {"type": "string", "description": text} for name, text in _CE_HEADERS.items()}
    return {
        "name": _message_name(topic),
        "contentType": "application/json",
        "headers": {"type": "object", "properties": headers, "required": ["ce_id", "ce_type", "ce_time"]},
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {"$ref": f"./schemas/{_message_name(topic)}.v1.json"},
        },
    }


def _operations(topic: Topic) -> dict[str, Document]:
    def operation(action: str, who: str) -> Document:
        return {
            "action": action,
            "channel": {"$ref": f"#/channels/{_name(topic)}"},
            "title": f"{who}: {action}",
        }

    senders = [*topic.producers, *topic.writers]
    receivers = [*topic.consumers, *topic.readers]
    return {f"{who}_sends_{_name(topic)}": operation("send", who) for who in senders} | {
        f"{who}_receives_{_name(topic)}": operation("receive", who) for who in receivers
    }


def openapi_documents() -> dict[str, Document]:
    """OpenAPI 3.1 of the services with an HTTP API of their own."""

    async def documents() -> dict[str, Document]:
        from services.intake.routes.open311.openapi import open311_openapi

        services = (Service.INTAKE, Service.NOTIFIER, Service.REPORTING)
        described: dict[str, Document] = {f"{each}.json": _app(each).openapi() for each in services}
        return {**described, "open311.json": open311_openapi()}

    # A loop of its own: pools and producers are made in one, though nothing is connected here.
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(documents())
    finally:
        loop.close()


def _app(service: Service) -> FastAPI:
    match service:
        case Service.INTAKE:
            from services.intake import app as intake
            from services.intake.settings import IntakeSettings

            return intake.create_app(IntakeSettings())
        case Service.NOTIFIER:
            from services.notifier import app as notifier
            from services.notifier.settings import NotifierSettings

            return notifier.create_app(NotifierSettings())
        case Service.REPORTING:
            from services.reporting import app as reporting
            from services.reporting.settings import Settings as ReportingSettings

            return reporting.create_app(
                ReportingSettings(staff_token=SecretStr("only-to-write-the-documents"))
            )
        case _:
            raise ValueError(f"{service} has no API of its own")


def rendered() -> dict[Path, str]:
    """Every contract file with its text, by its path under docs/."""
    documents = {
        Path("asyncapi.json"): asyncapi(),
        **{Path("schemas") / name: schema for name, schema in event_schemas().items()},
        **{Path("openapi") / name: document for name, document in openapi_documents().items()},
    }
    return {
        path: json.dumps(document, ensure_ascii=False, indent=2, sort_keys=False) + "\n"
        for path, document in documents.items()
    }


def breaking_changes(docs: Path = DOCS) -> list[str]:
    """What the code would break of the event schemas that are published in `docs`."""
    found: list[str] = []
    for name, proposed in event_schemas().items():
        published = docs / "schemas" / name
        if published.exists():
            reasons = incompatibilities(json.loads(published.read_text(encoding="utf-8")), proposed)
            found += [f"{name} {reason}" for reason in reasons]
    return found


def main() -> None:
    if broken := breaking_changes():
        sys.exit(
            "A published event may not change so. Make a new version on a new topic:\n  "
            + "\n  ".join(broken)
        )
    for path, text in rendered().items():
        target = DOCS / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    print(f"Wrote {len(rendered())} contract files to {DOCS.name}/")


if __name__ == "__main__":
    main()
