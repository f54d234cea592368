"""`vardkase enrich --explain`: why one report is understood as it is."""

import io
import json

import pytest
from rich.console import Console

from services.enrichment.explaining import explain
from tests.support.enrichment import NOON


def explained(given: str, **about: str) -> str:
    out = io.StringIO()
    explain(given, dict(about), Console(file=out, width=200), NOON)
    return out.getvalue()


def test_a_plain_text_is_explained_with_what_decided_each_part():
    told = explained("Jag har hört att två män slåss med kniv i Kolsva igår kväll", municipality="1983")
    assert "Våld" in told or "Vapen" in told
    assert 'hörsägen: återger andras uppgifter: "jag har hört att"' in told
    assert "när: igår kväll (2026-11-15 18:00–24:00)" in told
    assert "vald: Kolsva" in told
    assert "granskning" in told


def test_a_row_of_json_is_explained_against_its_own_time():
    row = {"text": "Det brinner i natt", "occurred_at": "2026-07-01T09:00:00"}
    assert "2026-06-30 22:00 – 2026-07-01 06:00" in explained(json.dumps(row))


def test_personal_data_is_taken_out_before_it_is_shown():
    assert "070" not in explained("Klotter, ring 070-174 06 35")


def test_a_text_without_anything_in_it_is_refused():
    with pytest.raises(ValueError, match="the text is empty"):
        explained("   ")
