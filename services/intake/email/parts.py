"""What a report's key seals and marks for e-mail, by name: no value of one part can be taken for another's."""

from typing import Final

ADDRESS: Final = b"email-address"
CODE: Final = b"email-code"
ENTERED: Final = b"email-entered"
STOP: Final = b"email-stop"
