"""What Schemathesis is taught here: XML is read as strictly as JSON, and what a photo is."""

from typing import Any
from xml.etree import ElementTree as ET

import schemathesis
from hypothesis import strategies as st

from tests.support.photos import little_photo


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
