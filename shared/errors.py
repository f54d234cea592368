"""What a failure asks of the caller: try again, or set the event apart."""


class Retry(Exception):
    """Nothing is wrong with the event; something around it is. Try again later."""


class Reject(Exception):
    """The event itself can never be used. Set it apart with this reason and go on."""
