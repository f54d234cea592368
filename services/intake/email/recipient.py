"""An e-mail address as it is written to: one mailbox, nothing that a mail server could read as more. Pure."""

import re
from email.errors import MessageError
from email.headerregistry import Address
from typing import Final

_LONGEST: Final = 254
_LONGEST_LOCAL: Final = 64
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_ODD: Final = re.compile(r"[\s\"(),:;<>@\[\\\]\x00-\x1f\x7f-\x9f]")


def recipient(typed: str) -> str | None:
    """With its domain in lower case and, for one like `köping.se`, as ASCII. None when it is no address."""
    local, at, domain = typed.strip().rpartition("@")
    if len(typed) > 2 * _LONGEST or len(local) > _LONGEST_LOCAL or _ODD.search(local):
        return None
    if not at or not all(local.split(".")):
        return None
    try:
        domain = domain.encode("idna").decode("ascii").lower()
        spelled = Address(username=local, domain=domain).addr_spec
    except (UnicodeError, ValueError, MessageError):
        return None
    labels = domain.split(".")
    is_domain = (
        len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels) and not labels[-1].isdigit()
    )
    return spelled if is_domain and len(spelled) <= _LONGEST and spelled == f"{local}@{domain}" else None
