"""What our OpenAPI documents promise: each problem and each answer with an example, and every example true to its schema."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from deploy.contracts import openapi_documents

DOCUMENTS = openapi_documents()
TOLD = (
    "application/json",
    "application/problem+json",
    "application/geo+json",
    "application/x-www-form-urlencoded",
)
Operation = Mapping[str, Any]


def operations() -> Iterator[tuple[str, Operation]]:
    for name, document in DOCUMENTS.items():
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                yield f"{name} {method.upper()} {path}", operation


def contents(operation: Operation) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Where it is, and one media type's schema and examples."""
    places = {"request": operation.get("requestBody", {}), **operation["responses"]}
    for place, told in places.items():
        for media_type, content in told.get("content", {}).items():
            if media_type in TOLD:
                yield f"{place} {media_type}", content


def examples(content: Mapping[str, Any]) -> list[Any]:
    named = [each["value"] for each in content.get("examples", {}).values()]
    return [content["example"], *named] if "example" in content else named


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_openapi_3_1(name: str) -> None:
    assert DOCUMENTS[name]["openapi"].startswith("3.1")
    validate(DOCUMENTS[name])


def test_every_answer_every_problem_and_every_body_has_an_example() -> None:
    lacking = [
        f"{operation}: {place}"
        for operation, told in operations()
        for place, content in contents(told)
        if not examples(content)
    ]
    assert lacking == []


def test_every_example_is_what_its_schema_says() -> None:
    wrong = []
    for operation, told in operations():
        document = DOCUMENTS[operation.partition(" ")[0]]
        registry = Registry().with_resource("urn:document", DRAFT202012.create_resource(document))
        for place, content in contents(told):
            validator = Draft202012Validator(anchored(content["schema"]), registry=registry)
            wrong += [
                f"{operation}: {place}: {error.json_path} {error.message[:200]}"
                for example in examples(content)
                for error in validator.iter_errors(as_typed(example, place))
            ]
    assert wrong == []


def anchored(schema: Any) -> Any:
    """Its references as those of the whole document."""
    return json.loads(json.dumps(schema).replace('"$ref": "#', '"$ref": "urn:document#'))


def as_typed(example: Any, place: str) -> Any:
    """A form's numbers are written as text."""
    if "form" not in place:
        return example
    return {name: float(value) if name in {"lat", "long"} else value for name, value in example.items()}


def test_an_example_of_a_problem_has_the_status_it_stands_under() -> None:
    for operation, told in operations():
        for place, content in contents(told):
            status, _, media_type = place.partition(" ")
            if media_type == "application/problem+json":
                assert {each["status"] for each in examples(content)} == {int(status)}, operation


def test_every_address_that_reads_a_body_says_how_much_and_of_which_kind() -> None:
    for operation, told in operations():
        if "application/json" in told.get("requestBody", {}).get("content", {}):
            assert {"400", "413", "415"} <= told["responses"].keys(), operation
