"""W3C trace context, carried from the citizen's request through every topic to the alert."""

import re
from random import getrandbits

_TRACEPARENT = re.compile(r"^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$")


def new_traceparent() -> str:
    """Ids need to be their own, not secret: the quick source of chance will do."""
    return f"00-{getrandbits(128) or 1:032x}-{_new_span()}-01"


def continued(traceparent: str | None) -> str:
    """The same trace with a span of its own; a new trace when what came is absent or malformed."""
    if traceparent is None or not _TRACEPARENT.match(traceparent):
        return new_traceparent()
    version, trace_id, _, flags = traceparent.split("-")
    return f"{version}-{trace_id}-{_new_span()}-{flags}"


def _new_span() -> str:
    return f"{getrandbits(64) or 1:016x}"


def trace_id(traceparent: str) -> str:
    return traceparent.split("-")[1]
