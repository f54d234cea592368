"""What Schemathesis is taught here: XML is read as strictly as JSON, what a photo is, and how a code gets from a letter into a form."""

import email
import itertools
import os
import time
from email.policy import default
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import schemathesis
from hypothesis import strategies as st
from schemathesis.generation.modes import GenerationMode

from tests.support.fuzzing import LETTERS
from tests.support.mail_server import code_in
from tests.support.photos import little_photo

_CODE_COMES_WITHIN_S = 20
_turns = itertools.count()


@schemathesis.deserializer("text/xml")
def read_xml(_: schemathesis.DeserializationContext, response: schemathesis.Response) -> Any:
    """The root's name and what is in it. What is not well-formed is a failure."""
    root = ET.fromstring(response.content)
    return {root.tag: [child.tag for child in root]}


_SIDES = st.integers(1, 64)
_COLOURS = st.tuples(*[st.integers(0, 255)] * 3)
for _kind in ("jpeg", "png", "webp"):
    _photos = st.builds(little_photo, st.just(_kind), _SIDES, _SIDES, _COLOURS)
    schemathesis.openapi.media_type(f"image/{_kind}", _photos)
schemathesis.openapi.media_type(
    "image/*", st.builds(little_photo, st.sampled_from(["jpeg", "png", "webp"]), _SIDES, _SIDES, _COLOURS)
)


@schemathesis.hook
def before_call(
    context: schemathesis.HookContext, case: schemathesis.Case[Any], kwargs: dict[str, Any]
) -> None:
    """Every other code that would be entered is the one that came by e-mail: no chance guesses it."""
    del context
    folder, base = os.environ.get(LETTERS), kwargs.get("base_url")
    if case.operation.definition.raw.get("operationId") != "enter_email_code" or not folder or not base:
        return
    if case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE or next(_turns) % 2:
        return
    tracking_code, code = _asked_for(str(base), Path(folder))
    case.path_parameters = {**case.path_parameters, "tracking_code": tracking_code}
    case.body = {"code": code}


def _asked_for(base: str, folder: Path) -> tuple[str, str]:
    """A report of its own, and the code that its reporter got."""
    address = f"fuzz-{os.getpid()}-{next(_turns)}@exempel.se"
    with httpx.Client(base_url=base, timeout=30) as citizen:
        sent = citizen.post("/api/v1/reports", json={"text": "Klotter på muren bakom stationen."})
        tracking_code = str(sent.raise_for_status().json()["tracking_code"])
        citizen.post(f"/api/v1/reports/{tracking_code}/email", json={"address": address}).raise_for_status()
    until = time.monotonic() + _CODE_COMES_WITHIN_S
    while time.monotonic() < until:
        for file in folder.glob("*.eml"):
            letter = email.message_from_bytes(file.read_bytes(), policy=default)
            if address in str(letter["To"]):
                return tracking_code, code_in(letter)
        time.sleep(0.1)
    raise AssertionError("the letter with the code did not come")
