"""What the addresses answer when they can't do what was asked, for the OpenAPI document."""

from collections.abc import Mapping
from typing import Any, Final

from shared.openapi import problem

Responses = Mapping[int | str, dict[str, Any]]

_ID: Final = "01a2090d-4f75-7546-b0ce-079a3dabc094"
OF_ALL: Final[Responses] = {
    401: problem(
        "No staff token, and no session.", "sign-in", "Sign in first", 401,
        "Send the staff token as `Authorization: Bearer …`, or sign in at /sign-in.",
    ),
    503: problem(
        "The database is away for a moment. `Retry-After` says when to ask again.", "database-away", "Back in a moment", 503,
        "The database can't be reached at the moment. Nothing is lost; try again shortly.",
    ),
}  # fmt: skip
OF_CHANGES: Final[Responses] = {
    403: problem(
        "A browser's session without the header that our own page sends.", "forged-request",
        "The request did not come from our page", 403, "A browser's change must carry `X-Requested-With: vardkase`.",
    ),
}  # fmt: skip
UNCHANGED: Final[Responses] = {304: {"description": "Not changed since the answer with this ETag."}}
UNKNOWN_MUNICIPALITY: Final[Responses] = {
    404: problem(
        "There is no such municipality.", "unknown-municipality", "No such municipality", 404,
        "'0000' is not a code of SCB's, such as 1983.",
    )
}  # fmt: skip
UNKNOWN_INCIDENT: Final[Responses] = {
    404: problem("There is no such incident.", "unknown-incident", "No such incident", 404, f"No incident has the id {_ID}.")
}  # fmt: skip
UNKNOWN_REPORT: Final[Responses] = {
    404: problem("There is no such report.", "unknown-report", "No such report", 404, f"No report has the id {_ID}.")
}  # fmt: skip
UNKNOWN_CORRECTION: Final[Responses] = {
    404: problem(
        "There is no such correction.", "unknown-correction", "No such correction", 404, f"No correction has the id {_ID}."
    ),
    409: problem(
        "It was undone before, or is an undoing itself.", "already-undone", "It is undone already", 409,
        f"{_ID} was undone before; nothing to do.",
    ),
}  # fmt: skip
UNKNOWN_CLAIM: Final[Responses] = {
    404: problem("There is no such claim.", "unknown-claim", "No such claim", 404, f"No claim has the id {_ID}.")
}  # fmt: skip
UNKNOWN_EDITION: Final[Responses] = {
    404: problem(
        "There is no such edition.", "unknown-edition", "No such edition", 404, "'1983' has no situation report 99."
    )
}  # fmt: skip
