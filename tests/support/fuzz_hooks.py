"""What Schemathesis is taught here: XML is read as strictly as JSON."""

from typing import Any
from xml.etree import ElementTree as ET

import schemathesis


@schemathesis.deserializer("text/xml")
def read_xml(_: schemathesis.DeserializationContext, response: schemathesis.Response) -> Any:
    """The root's name and what is in it. What is not well-formed is a failure."""
    root = ET.fromstring(response.content)
    return {root.tag: [child.tag for child in root]}
