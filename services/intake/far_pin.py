"""Whether a pin lies where nobody who reads the report is responsible. It is kept and passed on all the same: its sender is told first."""

import asyncio
from dataclasses import dataclass

from shared.geodata import municipality_at


@dataclass(frozen=True, slots=True)
class FarPin:
    """`municipality`: the code of the one it lies in; None outside Sweden."""

    municipality: str | None


async def far_pin(point: tuple[float, float] | None, own: str) -> FarPin | None:
    """None for a pin at home, and for none. Outlines are read at the first question, and not on the loop that answers everybody."""
    if point is None:
        return None
    code = await asyncio.to_thread(municipality_at, *point)
    return None if code == own else FarPin(code)
