"""A tile server's address is written into the page's policy, so only a plain one is taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.intake.routes.html import SECURITY_HEADERS
from services.intake.settings import IntakeSettings
from services.intake.tiles import Tiles, checked_tile_url, policy_with

GOOD = "https://tiles.example.se:8443/gator/{z}/{x}/{y}{r}.png?key=a-b"
POLICY = SECURITY_HEADERS["Content-Security-Policy"]


def test_pictures_from_that_server_alone_are_let_in() -> None:
    policy = policy_with(POLICY, Tiles(checked_tile_url(GOOD), ""))
    assert "img-src 'self' https://tiles.example.se:8443 " in policy
    assert policy.replace(" https://tiles.example.se:8443", "") == POLICY
    assert policy_with(POLICY, None) == POLICY


@pytest.mark.parametrize(
    "url",
    [
        "https://{s}.tiles.example/{z}/{x}/{y}.png",
        "https://tiles.example/{z}/{x}.png",
        "https://tiles.example/{z}/{x}/{y}/{apikey}",
        "https://tiles.example; script-src */{z}/{x}/{y}",
        "https://a:b@tiles.example/{z}/{x}/{y}",
        "javascript:alert(1)/{z}/{x}/{y}",
        "//tiles.example/{z}/{x}/{y}",
        "https://tiles.example/{z}/{x}/{y}\n",
    ],
)
def test_another_kind_of_address_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(ValidationError, match=r"tiles\.example\.se"):
        IntakeSettings(tile_url=url)


@given(st.text(alphabet="htps:/.-{}zxyrs ;',\"*@?a\n", max_size=60))
def test_no_address_that_is_taken_can_say_more_in_the_policy(url: str) -> None:
    try:
        origin = Tiles(checked_tile_url(url), "").origin
    except ValueError:
        return
    assert not set(origin) & set(" ;',\"*@{}\n")


def test_an_empty_setting_is_none() -> None:
    assert IntakeSettings(tile_url="").tiles is None
