"""Why a photo is not taken, as codes that pages and answers put in words."""

from enum import StrEnum


class Fault(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    KIND = "kind"
    DAMAGED = "damaged"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_HARD = "too_hard"
    """Drawing it took more time or memory than a photo may."""
    TOO_MANY = "too_many"
    BUSY = "busy"
    """More come in right now than can be taken."""
    LOST = "lost"
    """It was sent earlier, and nobody took it up in time."""


class BadPhoto(Exception):  # noqa: N818 - a decision about the photo, not a fault of ours
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class Busy(Exception):  # noqa: N818 - the same
    """More photos come in right now than can be drawn."""


class DepotAway(Exception):  # noqa: N818 - the same
    """Where photos lie can't be reached right now."""
