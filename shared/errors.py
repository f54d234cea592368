"""What a failure asks of the caller: try again, or set the event apart."""


class Retry(Exception):  # noqa: N818 - it names what to do next
    """Nothing is wrong with the event; something around it is. Try again later."""


class Reject(Exception):  # noqa: N818 - it names what to do next
    """The event itself can never be used. Set it apart with this reason and go on."""


class CannotStart(Exception):  # noqa: N818 - it names what to do next
    """A service can't start as it is set up. Its text is one sentence: what is wrong, and how to mend it."""
