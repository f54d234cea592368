"""How much of what is being sent may lie about at once, unread by anybody."""


class Room:
    """Bytes of photos that all requests together hold while their bodies come in."""

    def __init__(self, most: int) -> None:
        self._most, self._taken = most, 0

    def take(self, wanted: int) -> bool:
        """False when there is no room for that much."""
        if self._taken + wanted > self._most:
            return False
        self._taken += wanted
        return True

    def give(self, back: int) -> None:
        self._taken -= back
