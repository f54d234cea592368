"""What a person may write in a field: patterns that Rust, JavaScript and Python read alike, so that the published schema says the
whole truth. Control characters hide in what is read, and NUL can't be kept by PostgreSQL at all.
"""

from typing import Final

# All of C0 but tab and line breaks, C1, and the marks that turn the direction of reading.
_HIDDEN: Final = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069"
PLAIN: Final = rf"^[^{_HIDDEN}]*$"
# At least one character that shows.
PLAIN_AND_SAYS_SOMETHING: Final = rf"^[^{_HIDDEN}]*[^\s{_HIDDEN}][^{_HIDDEN}]*$"
# What is cleaned rather than refused: only NUL is not taken.
WITHOUT_NUL: Final = r"^[^\x00]*$"
WITHOUT_NUL_AND_SAYS_SOMETHING: Final = rf"^[^\x00]*[^\s{_HIDDEN}][^\x00]*$"
