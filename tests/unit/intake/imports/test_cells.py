"""What stands in a cell: dates as people write them, positions, codes, and what is told when it is wrong."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.submission import LOCAL_ZONE
from services.intake.imports.columns import NAMES, find_columns, recognised
from services.intake.imports.faults import BadValue, Fault
from services.intake.imports.moments import moment, read_clock, read_moment
from services.intake.imports.places import from_sweref, in_sweden, read_pair
from services.intake.imports.rows import Prepared, RowReader, Rules
from services.intake.imports.table import Row
from services.intake.imports.words import read_category, read_municipality
from shared.categories import CategoryCode, load_categories
from shared.events import Source

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)


def read(cells: dict[str, Any], **rules: Any) -> Prepared | list[Fault]:
    columns = find_columns(list(cells), {})
    values = {"source": Source.GUARD, "now": NOW, "undated": "now", **rules}
    return RowReader(columns, Rules(**values)).read(Row(2, tuple(cells.values())))


def faults(cells: dict[str, Any], **rules: Any) -> list[tuple[str, str]]:
    found = read({"text": "Bråk", **cells}, **rules)
    assert isinstance(found, list)
    return [(fault.column, fault.what) for fault in found]


def body(cells: dict[str, Any], **rules: Any) -> dict[str, Any]:
    found = read({"text": "Bråk", **cells}, **rules)
    assert isinstance(found, Prepared), found
    return dict(found.body)


@pytest.mark.parametrize(
    "told",
    [
        "2026-11-20 14:05",
        "2026-11-20T14:05",
        "2026-11-20 14:05:00.123",
        "2026-11-20T14:05:00+01:00",
        "2026-11-20T13:05:00Z",
        "2026-11-20 kl 14.05",
        "2026-11-20, kl. 14:05",
        "20/11 2026 kl. 14.05",
        "20/11/2026 14:05",
        "20.11.2026 14.05",
        "20-11-2026 1405",
        "20261120 1405",
        "20261120T13:05:00Z",
        "20 november 2026 kl 14.05",
        "den 20 nov 2026 klockan 14.05",
        "20 nov. 2026, 2:05 pm",
        "Fredag 20 november 2026 14:05",
        "2026/11/20 14:05",
    ],
)
def test_the_same_moment_however_it_is_written(told: str) -> None:
    assert moment(read_moment(told), None) == datetime(2026, 11, 20, 13, 5, tzinfo=UTC)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2099, 12, 31)))  # noqa: DTZ001 - as a cell has it
def test_a_moment_of_a_cell_survives_being_written_and_read(at: datetime) -> None:
    at = at.replace(second=0, microsecond=0)
    written = [at.isoformat(" "), at.strftime("%d/%m %Y kl. %H.%M"), at.strftime("%Y%m%d %H%M")]
    try:
        expected = moment(read_moment(written[0]), None)
    except BadValue as bad:
        assert "clocks went forward" in bad.what  # noqa: PT017 - either is right
    else:
        assert {moment(read_moment(each), None) for each in written} == {expected}
        assert expected.astimezone(LOCAL_ZONE).replace(tzinfo=None) == at


@pytest.mark.parametrize(
    ("told", "what"),
    [
        ("igår", "no date"),
        ("11/23/2026", "no month 23"),
        ("2026-02-30", "no such day"),
        ("2026-11-20 25:00", "no such time of day"),
        ("2026-11-20 någon gång", "time of day is not understood"),
        ("2026-03-29 02:30", "clocks went forward"),
        ("20/11-26", "no date"),
        ("0001-01-01", "no such year"),
        (7, "no date"),
        (True, "no date"),
    ],
)
def test_a_date_that_cannot_be_is_told(told: Any, what: str) -> None:
    ((column, found),) = faults({"tidpunkt": told})
    assert column == "tidpunkt"
    assert what in found


def test_a_day_without_a_time_is_noon_and_said_to_be() -> None:
    found = read({"text": "Bråk", "datum": "2026-11-20"})
    assert isinstance(found, Prepared)
    assert (found.body["occurred_at"], found.when.is_noon) == ("2026-11-20T11:00:00+00:00", True)
    midnight = read({"text": "Bråk", "datum": "2026-11-20", "tid": "00:00"})
    assert isinstance(midnight, Prepared)
    assert (midnight.body["occurred_at"], midnight.when.is_noon) == ("2026-11-19T23:00:00+00:00", False)


@pytest.mark.parametrize(
    "told", ["14:05", "14.05", "kl. 14.05", "1405", 1405, time(14, 5), timedelta(hours=14, minutes=5)]
)
def test_a_time_of_day_however_it_is_written(told: Any) -> None:
    assert read_clock(told) == time(14, 5)


def test_the_future_and_what_is_too_old_are_told() -> None:
    assert faults({"tidpunkt": "2026-11-24 14:00"}) == [("tidpunkt", "it lies in the future")]
    assert faults({"tidpunkt": "2010-11-24 14:00"}) == [("tidpunkt", "it is more than ten years ago")]
    assert faults({"datum": "", "tid": "14:05"}) == [("tid", "there is a time of day and no date")]


def test_metres_and_degrees_are_the_same_place() -> None:
    # Köping by Lantmäteriet's formulas: 59.514 N, 15.993 E
    lat, lon = from_sweref(6_597_585, 556_190)
    assert (round(lat, 2), round(lon, 2)) == (59.51, 15.99)
    assert body({"N": "6 597 585", "E": "556190"})["lat"] == lat
    assert (
        read_pair("59,51; 15,99")
        == read_pair("59.51,15.99")
        == read_pair("(59.51, 15.99)")
        == in_sweden(59.51, 15.99)
    )


@pytest.mark.parametrize(
    ("cells", "what"),
    [
        ({"lat": "15,99", "lon": "59,51"}, "have changed places"),
        ({"lat": "6597585", "lon": "556190"}, "metres of SWEREF"),
        ({"lat": 0, "lon": 0}, "not in Sweden"),
        ({"lat": "59.5", "lon": ""}, "half of the position"),
        ({"lat": "norr", "lon": "15.9"}, "no number"),
        ({"lat": float("nan"), "lon": 15.9}, "not in Sweden"),
        ({"N": 556_190, "E": 6_597_585}, "have changed places"),
        ({"N": 1_505_000, "E": 6_600_000}, "not in Sweden by SWEREF"),
        ({"koordinater": "här"}, "no pair"),
    ],
)
def test_a_position_that_cannot_be_is_told(cells: dict[str, Any], what: str) -> None:
    assert any(what in found for _, found in faults(cells))


def test_every_category_is_known_by_its_code_and_both_labels() -> None:
    for category in load_categories().values():
        for name in (category.code, category.sv.upper(), category.en):
            assert read_category(name, {}) is category.code
    with pytest.raises(BadValue) as bad:
        read_category("Klotte", {"klotter": CategoryCode.VANDALISM})
    assert "did you mean 'klotter'" in bad.value.remedy


def test_a_municipality_is_known_by_name_and_code() -> None:
    assert {read_municipality(each) for each in ("Köping", "köpings kommun", "1983", 1983, 1983.0)} == {
        "1983"
    }
    assert read_municipality(180) == "0180"


def test_discovered_and_reported_never_mix_in_one_file() -> None:
    ((column, what),) = faults({"källa": "Medborgare"})
    assert column == "källa"
    assert what == "the row is from citizen, and this import is of guard"
    assert body({"källa": "Väktare"}) == body({})


@pytest.mark.parametrize("cell", ["Br\x00åk", "Br\x07åk", "Br\x85åk", "\ud800"])
def test_control_characters_are_told(cell: str) -> None:
    found = read({"text": cell})
    assert isinstance(found, list)
    assert found[0].what == "it holds control characters"


def test_the_rules_of_the_api_hold_for_every_column() -> None:
    assert faults({"text": "x" * 10_001, "e-post": "ingen", "telefon": "ring mig"}) == [
        ("text", "String should have at most 10000 characters"),
        ("e-post", "must be an e-mail address"),
        ("telefon", "must be a telephone number"),
    ]
    assert faults({"text": "   "}) == [("text", "it says nothing")]


def test_the_key_is_the_identifier_where_there_is_one_else_the_content() -> None:
    def key(cells: dict[str, Any], **rules: Any) -> str:
        found = read({"text": "Bråk", **cells}, **rules)
        assert isinstance(found, Prepared)
        return found.key

    assert key({"id": "7"}) == key({"id": "7", "plats": "Ån"})
    assert key({"id": "7"}) != key({"id": "7"}, system="Lisa")
    assert key({"plats": "Ån"}) != key({"plats": "Torget"})
    assert key({"plats": "Ån"}) == key({"plats": " Ån", "telefon": "070-174 06 05"})


def test_the_same_name_never_means_two_columns() -> None:
    assert all(recognised(name) is column for column, names in NAMES.items() for name in names)
    assert recognised("Datum (åååå-mm-dd)") == "date"
    assert recognised("") is None


@pytest.mark.parametrize("rule", ["now", "above", date(2024, 3, 1), None])
def test_a_row_without_a_date_is_bad_unless_a_person_says_what_it_counts_as(rule: Any) -> None:
    found = read({"text": "Skottlossning", "datum": "", "plats": "Torget"}, undated=rule)
    if rule in {None, "above"}:  # there is no row above
        assert isinstance(found, list)
        assert [(each.column, each.what) for each in found] == [("datum", "it does not say when it happened")]
        return
    assert isinstance(found, Prepared)
    assert found.when.is_undated
    assert found.body.get("occurred_at") == (None if rule == "now" else "2024-03-01T11:00:00+00:00")


def test_the_date_of_the_row_above_counts_where_a_person_says_so() -> None:
    columns = find_columns(["datum", "tid", "text"], {})
    reader = RowReader(columns, Rules(Source.GUARD, NOW, undated="above"))
    rows = [("2026-11-20", "22:05", "Ett"), (None, "23:10", "Två"), ("", None, "Tre")]
    found = [reader.read(Row(at, cells)) for at, cells in enumerate(rows, 2)]
    assert [each.body["occurred_at"] for each in found if isinstance(each, Prepared)] == [
        "2026-11-20T21:05:00+00:00",
        "2026-11-20T22:10:00+00:00",
        "2026-11-20T11:00:00+00:00",
    ]


@pytest.mark.parametrize("heading", ["När hände det", "När", "Registrerad", "Inkom", "Skapad", "Händelsedatum", "Datum/tid",
                                     "Datum (åååå-mm-dd)", "Incident date", "Created at", "Tid"])  # fmt: skip
def test_when_it_happened_is_found_under_many_headings(heading: str) -> None:
    assert body({heading: "2024-03-01 10:00"}, undated=None)["occurred_at"] == "2024-03-01T09:00:00+00:00"


def test_when_it_happened_goes_before_when_it_was_written_down() -> None:
    told = body({"Registrerad": "2026-11-22 10:00", "Datum": "2026-11-20", "Tid": "22:05"})
    assert told["occurred_at"] == "2026-11-20T21:05:00+00:00"
    columns = find_columns(["Registrerad", "Datum", "Text", "Skapad"], {})
    assert list(columns.unused) == ["Registrerad", "Skapad"]
    assert "'Registrerad'" in find_columns(["Registrerad", "Text"], {}).notes[0]


def test_a_vague_heading_gives_way_to_a_clear_one() -> None:
    columns = find_columns(["Händelse", "Beskrivning", "Objekt", "Adress", "Kommentar"], {})
    assert columns.at == {"text": 1, "place": 3}
    assert list(columns.unused) == ["Händelse", "Objekt", "Kommentar"]
    assert find_columns(["Händelse", "Objekt"], {}).at == {"text": 0, "place": 1}


@pytest.mark.parametrize(("date_", "clock", "expected"), [("46346,9", None, "2026-11-20T20:36:00+00:00"),
    ("46346", "0,920139", "2026-11-20T21:05:00+00:00"), (46346, 0.920139, "2026-11-20T21:05:00+00:00")])  # fmt: skip
def test_the_numbers_a_spreadsheet_counts_days_with_are_dates_in_csv_too(
    date_: Any, clock: Any, expected: str
) -> None:
    assert body({"datum": date_, "tid": clock})["occurred_at"] == expected


def test_a_category_that_is_not_known_can_be_left_out() -> None:
    row = {"kategori": "Bevakning av bygge"}
    assert faults(row) == [("kategori", "this category is not known")]
    found = read({"text": "Bråk", **row}, unknown_categories=True)
    assert isinstance(found, Prepared)
    assert (found.unknown_category, "category" in found.body) == (True, False)
    known = read({"text": "Bråk", "kategori": "Vandalisering"}, unknown_categories=True)
    assert isinstance(known, Prepared)
    assert (known.unknown_category, known.body["category"]) == (False, CategoryCode.VANDALISM)


@pytest.mark.parametrize(("told", "suggested"), [("vandalim", "vandalism"), ("Skadegörlese", "skadegörelse"), ("Köping", None),
                                                 ("Torget vid Systembolaget, Köping", None), ("Storgatan 5", None)])  # fmt: skip
def test_a_category_is_suggested_only_when_it_is_close(told: str, suggested: str | None) -> None:
    (fault,) = read({"text": "Bråk", "kategori": told})  # type: ignore[misc]
    assert ("did you mean" in fault.remedy) == (suggested is not None)
    assert suggested is None or repr(suggested) in fault.remedy


@given(st.lists(st.one_of(st.none(), st.text(max_size=30), st.floats(), st.integers(), st.booleans(), st.datetimes(), st.dates(),
                          st.times(), st.timedeltas()), min_size=9, max_size=9))  # fmt: skip
def test_whatever_stands_in_a_row_it_is_a_report_or_told(cells: list[Any]) -> None:
    names = ["text", "tidpunkt", "tid", "lat", "lon", "telefon", "kategori", "kommun", "id"]
    found = RowReader(find_columns(names, {}), Rules(Source.GUARD, NOW)).read(Row(2, tuple(cells)))
    assert isinstance(found, Prepared) or all(fault.what and fault.remedy for fault in found)
