"""OpenAPI 3.1 that tells the whole truth: every problem an address answers with, and an example of everything."""

import json
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI

from shared.body_limit import BodyLimit
from shared.problem import MEDIA_TYPE

REF: Final = "#/components/schemas/{model}"
Document = dict[str, Any]
PROBLEM_SCHEMA: Final[Document] = {
    "type": "object",
    "description": "RFC 9457 problem details.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What happened and what to do."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer to what is wrong."},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}


def problem(description: str, kind: str, title: str, status: int, detail: str, **more: Any) -> Document:
    """One problem response, with an example."""
    example = {"type": f"/problems/{kind}", "title": title, "status": status, "detail": detail, **more}
    return {
        "description": description,
        "content": {MEDIA_TYPE: {"schema": {"$ref": REF.format(model="Problem")}, "example": example}},
    }


INVALID: Final = problem(
    "The request does not fit.", "invalid-request", "The request does not fit", 422, "/query/limit: Input should be a valid integer",
    errors=[{"pointer": "/query/limit", "code": "int_parsing", "detail": "Input should be a valid integer"}],
)  # fmt: skip
# Of every address that reads a body.
OF_BODIES: Final[Mapping[str, Document]] = {
    "400": problem(
        "The body is not JSON in UTF-8.", "unreadable-body", "The body can't be read", 400,
        "Send JSON in UTF-8, as the schema says.",
    ),
    "413": problem(
        "The body is too large.", "body-too-large", "The body is too large", 413, "At most 65536 bytes are read."
    ),
    "415": problem(
        "The body is not declared as JSON, or is compressed.", "unsupported-media-type", "This kind of body is not read", 415,
        "Send Content-Type: application/json, without Content-Encoding.",
    ),
}  # fmt: skip


class DescribedApp(FastAPI):
    """`examples`: a JSON file, operationId → `request` and status → the example's body. `security`: the schemes there are;
    the first of them is what an operation needs that says nothing of it, where `secured` is set.
    """

    def __init__(
        self,
        *,
        examples: Path,
        security: Mapping[str, Document],
        secured: bool = True,
        most_body_bytes: int | None = None,
        **options: Any,
    ) -> None:
        super().__init__(docs_url=None, redoc_url=None, **options)  # their pages load scripts from elsewhere
        self._examples, self._security, self._secured = examples, security, secured
        if most_body_bytes is not None:
            self.add_middleware(BodyLimit, most=most_body_bytes)

    def openapi(self) -> Document:
        if self.openapi_schema is None:
            needed: list[Document] = [{next(iter(self._security)): []}] if self._secured else []
            schema = self.complete(super().openapi())
            told = json.loads(self._examples.read_text("utf-8"))
            self.openapi_schema = completed(schema, self._security, needed, told)
        return self.openapi_schema

    def complete(self, schema: Document) -> Document:
        """For what is no FastAPI route."""
        return schema


def completed(
    schema: Document,
    security: Mapping[str, Document],
    needed: list[Document],
    examples: Mapping[str, Document],
) -> Document:
    components = schema.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = PROBLEM_SCHEMA
    components["securitySchemes"] = dict(security)
    # Responses are shared between operations where they are declared.
    schema["paths"] = deepcopy(schema["paths"])
    for operations in schema["paths"].values():
        for operation in operations.values():
            operation.setdefault("security", needed)
            _tell_problems(operation)
            _show_examples(operation, examples.get(operation["operationId"], {}))
    _spell_out_tuples(schema)
    return schema


def _spell_out_tuples(told: Any) -> None:
    """Places that are all alike are a list of so many, which more tools read."""
    if isinstance(told, list):
        for each in told:
            _spell_out_tuples(each)
    elif isinstance(told, dict):
        places = told.get("prefixItems")
        if places and all(place == places[0] for place in places):
            told["items"] = told.pop("prefixItems")[0]
        for each in told.values():
            _spell_out_tuples(each)


def _tell_problems(operation: Document) -> None:
    responses = operation["responses"]
    if "HTTPValidationError" in str(responses.get("422")):
        responses["422"] = INVALID
        if "requestBody" not in operation and all(map(_is_any_text, operation.get("parameters", []))):
            del responses["422"]
    if "application/json" in operation.get("requestBody", {}).get("content", {}):
        for status, told in OF_BODIES.items():
            responses.setdefault(status, told)
    for status, told in responses.items():
        if status >= "400":
            told.setdefault("content", {MEDIA_TYPE: {"schema": {"$ref": REF.format(model="Problem")}}})
    if "304" in responses:
        _tell_tags(operation)
    operation["responses"] = dict(sorted(responses.items()))


def _is_any_text(parameter: Document) -> bool:
    """It can't be wrong, only unknown."""
    return {**parameter["schema"], "title": ""} == {"type": "string", "title": ""} and parameter[
        "in"
    ] == "path"


def _tell_tags(operation: Document) -> None:
    """An answer that can be asked about again."""
    asked = {
        "name": "If-None-Match",
        "in": "header",
        "required": False,
        "description": "The ETag of an earlier answer: 304 when nothing has changed since.",
        "schema": {"type": "string"},
    }
    operation["parameters"] = [*operation.get("parameters", []), asked]
    tag = {"description": "Changes with what is told.", "schema": {"type": "string", "pattern": '^(W/)?"'}}
    for status in ("200", "304"):
        operation["responses"][status].setdefault("headers", {})["ETag"] = {"required": True, **tag}


def _show_examples(operation: Document, examples: Document) -> None:
    for status, example in examples.items():
        told = operation["requestBody"] if status == "request" else operation["responses"][status]
        for content in told["content"].values():
            content["example"] = example
