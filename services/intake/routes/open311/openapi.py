"""GeoReport v2 as it is spoken here, in OpenAPI 3.1: for clients and tools that read nothing else."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.intake.domain.open311.document import Document as Shown
from services.intake.routes.open311.discovery import BASE
from shared.categories import CategoryCode

OPENAPI_PATH: Final = f"{BASE}/openapi.json"
_WRITTEN: Final = Path(__file__).with_name("georeport.yaml")
_FORMATS: Final = {"json": "application/json", "xml": "text/xml"}
_HTTP_METHODS: Final = ("get", "post")
Document = dict[str, Any]


def open311_openapi() -> Document:
    """Each operation once in each format: the addresses end in it. Photos have none."""
    written: Document = yaml.safe_load(_WRITTEN.read_text(encoding="utf-8"))
    paths, media = written.pop("paths"), written.pop("media")
    written["components"]["schemas"]["ServiceCode"] = {
        "type": "string",
        "enum": [code.value for code in CategoryCode],
    }
    for name in ("NewRequest", "NewUpdate"):
        written["components"]["schemas"][f"{name}WithPhotos"] = _with_photos(
            written["components"]["schemas"][name]
        )
    written["paths"] = {
        f"{BASE}{path}.{form}": {
            method: _operation(told, form, media_type)
            for method, told in operations.items()
            if method in _HTTP_METHODS
        }
        for path, operations in paths.items()
        for form, media_type in _FORMATS.items()
    } | {f"{BASE}{path}": operations for path, operations in media.items()}
    return written


def _with_photos(form: Document) -> Document:
    """A photo stands for words."""
    photo = {
        "type": "string",
        "format": "binary",
        "description": "Any number of files, whatever their fields are called.",
    }
    required = [name for name in form["required"] if name != "description"]
    told = {**form, "required": required, "properties": {**form["properties"], "photo": photo}}
    if required != form["required"]:
        told["anyOf"] = [{"required": ["description"]}, {"required": ["photo"]}]
    return told


def described() -> Route:
    document = open311_openapi()

    async def endpoint(_: Request) -> Response:
        return JSONResponse(document, headers={"Access-Control-Allow-Origin": "*"})

    return Route(OPENAPI_PATH, endpoint, methods=["GET"])


def _operation(told: Document, form: str, media_type: str) -> Document:
    told = {**told, "operationId": f"{told['operationId']}_{form}"}
    shown = told.pop("answer")
    answers: Document = {
        "200": {
            "description": told["summary"],
            "headers": {"ETag": {"schema": {"type": "string"}}} if _is_asked_again(told) else {},
            "content": {media_type: _content(shown, form)},
        }
    }
    if _is_asked_again(told):
        answers["304"] = {"description": "Nothing has changed since the answer with this ETag."}
        told["parameters"] = [
            *told.get("parameters", []),
            {"$ref": "#/components/parameters/IfNoneMatch"},
        ]
    if form == "json":
        answers["200"]["links"] = {
            name: {"operationId": f"{name}_{form}", "parameters": parameters}
            for name, parameters in told.get("links", {}).items()
        }
    told.pop("links", None)
    for status in told.pop("faults"):
        fault = {"schema": "Errors", "root": "errors", "item": "error", "example": [_FAULTS[status]]}
        answers[str(status)] = {
            "description": _FAULTS[status]["description"],
            "content": {media_type: _content(fault, form)},
        }
    return {**told, "responses": answers}


def _is_asked_again(told: Mapping[str, Any]) -> bool:
    return "requestBody" not in told


def _content(shown: Mapping[str, Any], form: str) -> Document:
    if form == "json":
        return {"schema": {"$ref": f"#/components/schemas/{shown['schema']}"}, "example": shown["example"]}
    schema = {"type": "object", "required": [shown["root"]], "xml": {"name": shown["root"]}}
    return {"schema": schema, "example": _as_xml(shown)}


def _as_xml(shown: Mapping[str, Any]) -> str:
    return Shown(shown["root"], shown["example"]).xml.decode()


_FAULTS: Final[dict[int, Document]] = {
    400: {"code": 400, "description": "service_code was not provided."},
    403: {"code": 403, "description": "Invalid api_key received."},
    404: {"code": 404, "description": "jurisdiction_id was not found."},
    413: {"code": 413, "description": "At most 65536 bytes are read. Shorten the text."},
    429: {"code": 429, "description": "Nothing was stored. Send it again in 10 s."},
    503: {
        "code": 503,
        "description": "The database can't be reached right now. Send the same request again in a moment.",
    },
}
