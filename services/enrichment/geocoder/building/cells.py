"""Which lines and points lie close together, told by the cells of a grid of about 800 m."""

from itertools import pairwise
from typing import Final

from services.enrichment.geocoder.building.sources import Course

_CELL_DEGREES: Final = 0.007

Cell = tuple[int, int]


class Cells:
    """Cells that touch, or that one line runs through, belong together."""

    def __init__(self) -> None:
        self._parents: dict[Cell, Cell] = {}

    def add(self, course: Course) -> None:
        cells = [_cell(*point) for point in course]
        for cell in cells:
            self._parents.setdefault(cell, cell)
        for one, other in pairwise(cells):
            self._join(one, other)

    def join_neighbours(self) -> None:
        for row, column in list(self._parents):
            for other in (
                (row, column + 1),
                (row + 1, column - 1),
                (row + 1, column),
                (row + 1, column + 1),
            ):
                if other in self._parents:
                    self._join((row, column), other)

    def root(self, lat: float, lon: float) -> Cell:
        """The same for all that belong together. The point has been added before."""
        return self._root(_cell(lat, lon))

    def _join(self, one: Cell, other: Cell) -> None:
        self._parents[self._root(other)] = self._root(one)

    def _root(self, cell: Cell) -> Cell:
        while self._parents[cell] != cell:
            cell = self._parents[cell]
        return cell


def _cell(lat: float, lon: float) -> Cell:
    """A degree of longitude is half as wide as one of latitude in Sweden."""
    return int(lat // _CELL_DEGREES), int(lon // (2 * _CELL_DEGREES))
