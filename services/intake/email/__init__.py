"""News of a report by e-mail, to an address that a code was sent to and entered from."""
