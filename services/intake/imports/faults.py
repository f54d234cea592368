"""What is wrong with a row, in words for whoever keeps the file. The words never repeat what people told."""

from dataclasses import dataclass


class BadValue(Exception):  # noqa: N818 - it is a decision, not a fault of ours
    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy


@dataclass(frozen=True, slots=True)
class Fault:
    """`column`: its heading; empty when the whole row is meant."""

    row: int
    column: str
    what: str
    remedy: str
