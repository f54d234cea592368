"""Tables of what came from outside: its words are shown as they are, and can neither style nor end anything."""

from rich.console import Console
from rich.table import Table
from rich.text import Text


class PlainTable:
    def __init__(self, *headings: str) -> None:
        self._table = Table(box=None, pad_edge=False)
        for heading in headings:
            self._table.add_column(heading, overflow="fold")

    def add(self, *cells: object) -> None:
        self._table.add_row(*[plain(cell) for cell in cells])

    def show(self) -> None:
        Console().print(self._table)


def plain(words: object) -> Text:
    """No markup, and a mark in the place of what a terminal would obey."""
    return Text("".join(sign if sign.isprintable() or sign == "\n" else "\ufffd" for sign in str(words)))
