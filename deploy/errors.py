class CannotGoOn(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """Something outside the program must change first. Its text is one sentence that says what, and how to mend it."""
