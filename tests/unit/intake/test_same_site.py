"""The form is only taken from our own page."""

import pytest

from services.intake.domain.same_site import is_own_page

HOST, PUBLIC = "127.0.0.1:8101", "https://rapport.exempel.se"


@pytest.mark.parametrize(
    ("fetch_site", "origin", "own"),
    [
        ("same-origin", None, True),
        ("none", None, True),
        ("same-site", "https://rapport.exempel.se", False),
        ("cross-site", "https://rapport.exempel.se", False),
        (None, None, True),
        (None, "http://127.0.0.1:8101", True),
        (None, "https://rapport.exempel.se", True),
        (None, "https://annan.exempel.se", False),
        (None, "http://127.0.0.1:8101.annan.se", False),
        (None, "null", False),
        (None, "http://[", False),
    ],
)
def test_a_form_is_ours_or_not(fetch_site: str | None, origin: str | None, own: bool) -> None:
    assert is_own_page(fetch_site, origin, HOST, PUBLIC) is own
