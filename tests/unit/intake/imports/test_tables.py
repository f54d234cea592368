"""Files as they are found: encodings, separators, spreadsheets, and whatever else somebody sends."""

import io
import zipfile
from contextlib import suppress
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from services.intake.imports import table, xlsx_file
from services.intake.imports.check import Checked, check_file, write_faults
from services.intake.imports.faults import Fault
from services.intake.imports.old_letters import Letters, letters_of
from services.intake.imports.rows import Rules
from services.intake.imports.table import Reading, Unreadable
from services.intake.imports.template import csv_template, xlsx_template
from shared.categories import CategoryCode
from shared.events import Source

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
# Of these rows few say when; those that must are with the dates below.
RULES = Rules(Source.GUARD, NOW, undated="now")
AS_FOUND = Reading()


def checked(
    tmp_path: Path, content: bytes | str, reading: Reading = AS_FOUND, rules: Rules = RULES, **said: str
) -> Checked:
    file = tmp_path / "file"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return check_file(file, reading, said, rules)


def bodies(found: Checked) -> list[dict[str, Any]]:
    assert not found.faults
    return [dict(each.body) for each in found.good]


def spreadsheet(*rows: list[Any], **sheets: list[list[Any]]) -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(row)
    for name, more in sheets.items():
        other = book.create_sheet(name)
        for row in more:
            other.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_usual_kind_of_csv_reads_the_same(
    tmp_path: Path, encoding: str, separator: str, newline: str
) -> None:
    rows = ["Plats|Beskrivning|Lat|Lon", 'Ån|"Röklukt i hela centrum; ""äckligt""|, sa hon"|59.51|15.99']
    text = newline.join(rows) + newline
    # In the second row the bar inside the quotation marks stays.
    text = text.replace('""|, sa', "BAR").replace("|", separator).replace("BAR", '""|, sa')
    (body,) = bodies(checked(tmp_path, text.encode(encoding)))
    assert body == {
        "place_text": "Ån",
        "text": 'Röklukt i hela centrum; "äckligt"|, sa hon',
        "lat": 59.51,
        "lon": 15.99,
    }


def test_a_cell_may_hold_line_breaks_and_rows_are_numbered_as_in_a_spreadsheet(tmp_path: Path) -> None:
    found = checked(tmp_path, 'text,kategori\n"Rad ett\nrad två",brand\n\n,\nBråk,okänt\n')
    assert found.good[0].body == {"text": "Rad ett\nrad två", "category": CategoryCode.FIRE}
    assert [(fault.row, fault.column) for fault in found.faults] == [(5, "kategori")]
    assert found.rows == 2


def test_the_first_line_of_excel_that_names_the_separator_counts_as_a_row(tmp_path: Path) -> None:
    found = checked(tmp_path, "sep=;\ntext;plats\n;Ån, norra\n")
    assert [fault.row for fault in found.faults] == [3]


def test_a_table_of_one_column_keeps_its_commas(tmp_path: Path) -> None:
    assert bodies(checked(tmp_path, "text\nGlas, överallt; se upp\n")) == [{"text": "Glas, överallt; se upp"}]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b'text\n"never closed', "quotation mark"),
        (b"a,b\n1,2\n", "No column is known"),
        (b"text,beskrivning\nx,y\n", "both text"),
        (b"text,lat\nx,59\n", "belong together"),
        (b"text,lat,lon,koordinater\nx,1,1,1\n", "in 2 ways"),
        ("text\nRåån\n".encode() + b"\xe5\n", "neither UTF-8 nor Windows-1252"),
        (b"text\n\x81\n", "neither UTF-8 nor Windows-1252"),
        (b"\xd0\xcf\x11\xe0rest", "old Excel file"),
        (b"PK\x03\x04rest", "no spreadsheet"),
        (b"text" + b";" * 300, "more than 200 cells"),
        (b"text\n" + b"x" * 200_000, "can't be read"),
    ],
)
def test_what_cannot_be_read_at_all_is_told_in_one_sentence(
    tmp_path: Path, content: bytes, words: str
) -> None:
    with pytest.raises(Unreadable, match=words):
        checked(tmp_path, content)


NO_RULE = Rules(Source.GUARD, NOW)


def test_a_table_that_never_says_when_is_refused_and_the_column_that_looks_like_it_is_named(
    tmp_path: Path,
) -> None:
    content = "Beskrivning;Kod;Rond påbörjad\nBråk;12;2024-03-01 10:00\nGlas;7;2024-03-02 11:30\n"
    with pytest.raises(Unreadable, match='"Rond påbörjad=occurred_at"'):
        checked(tmp_path, content, rules=NO_RULE)
    found = checked(tmp_path, content, AS_FOUND, NO_RULE, **{"Rond påbörjad": "occurred_at"})
    assert [each.body["occurred_at"][:10] for each in found.good] == ["2024-03-01", "2024-03-02"]
    with pytest.raises(Unreadable, match="--undated now"):
        checked(tmp_path, "Beskrivning\nBråk\n", rules=NO_RULE)


def test_rows_without_a_date_are_counted(tmp_path: Path) -> None:
    content = "Datum;Beskrivning\n2026-11-20;Bråk\n;Glas\n;Eld\n"
    assert checked(tmp_path, content, rules=NO_RULE).bad_rows == 2
    found = checked(tmp_path, content)
    assert (found.undated, found.undated_as, found.bad_rows) == (2, "now", 0)


def test_cells_merged_downwards_hold_for_each_of_their_rows(tmp_path: Path) -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    rows: list[list[Any]] = [
        ["Rondrapport november", None, None],
        ["Datum", "Tid", "Beskrivning"],
        [date(2026, 11, 20), "22:05", "Ett"],
        [None, "23:10", "Två"],
        [None, None, None],
        [date(2026, 11, 21), "01:10", "Tre"],
        [None, "02:10", "Fyra"],
    ]
    for row in rows:
        page.append(row)
    for area in ("A1:C1", "A3:A5", "A6:A1048576"):
        page.merge_cells(area)
    written = io.BytesIO()
    book.save(written)
    found = checked(tmp_path, written.getvalue(), rules=NO_RULE)
    assert not found.faults
    assert [each.body["occurred_at"] for each in found.good] == [
        "2026-11-20T21:05:00+00:00",
        "2026-11-20T22:10:00+00:00",
        "2026-11-21T00:10:00+00:00",
        "2026-11-21T01:10:00+00:00",
    ]
    assert found.notes == ["The headings are in row 2; what stands above them is not read."]


@pytest.mark.parametrize(
    "title", ["Rondrapport Köping november 2026\n\n", "Väktarbolaget AB;;\nPeriod:;november;\n"]
)
def test_a_title_above_the_headings_is_passed_over_and_rows_keep_their_numbers(
    tmp_path: Path, title: str
) -> None:
    found = checked(tmp_path, title + "Datum;Beskrivning;Kategori\n2026-11-20;Glas, överallt;okänd sak\n")
    assert [fault.row for fault in found.faults] == [title.count("\n") + 2]
    assert found.notes == [
        f"The headings are in row {title.count(chr(10)) + 1}; what stands above them is not read."
    ]


def test_a_person_may_say_in_which_row_the_headings_stand(tmp_path: Path) -> None:
    content = "Ronder\nDatum;Beskrivning\nDatum;Fritext\n2026-11-20;Bråk\n"
    found = checked(tmp_path, content, Reading(header_row=3), Fritext="text")
    assert [each.body["text"] for each in found.good] == ["Bråk"]
    with pytest.raises(Unreadable, match="nothing in row 9"):
        checked(tmp_path, content, Reading(header_row=9))


SWEDISH = "Datum;Plats;Beskrivning\n2026-11-20;På torget;”Klotter” på räcket, två målade väggar\n"


@pytest.mark.parametrize(
    ("encoding", "note"),
    [("windows-1252", None), ("mac_roman", "mac_roman"), ("cp850", "cp850"), ("utf-8", None)],
)
def test_the_letters_of_other_systems_are_recognised(tmp_path: Path, encoding: str, note: str | None) -> None:
    content = (
        SWEDISH if encoding != "cp850" else SWEDISH.replace("”", '""').replace('""K', "K").replace('""', "")
    )
    found = checked(tmp_path, content.encode(encoding))
    assert [(each.body["place_text"], each.body["text"][-27:]) for each in found.good] == [
        ("På torget", "räcket, två målade väggar"[-27:])
    ] or "målade väggar" in found.good[0].body["text"]
    assert [note is not None and note in each for each in found.notes] == ([True] if note else [])


@given(
    st.text(alphabet="aåäöbcdefÅÄÖghij \n,”“–…é", min_size=3, max_size=200).filter(lambda text: "å" in text)
)
@settings(deadline=None)
def test_no_windows_file_of_swedish_words_is_taken_for_another(text: str) -> None:
    words = f"på två år, där höll också {text}"
    assert letters_of(words.encode("windows-1252")) in {Letters.WINDOWS, Letters.MIXED}


def test_letters_written_in_several_ways_are_refused_with_advice(tmp_path: Path) -> None:
    content = "Beskrivning\nräcke på torget\n".encode("mac_roman") + "räcke på torget\n".encode(
        "windows-1252"
    )
    with pytest.raises(Unreadable, match="--encoding windows-1252, mac_roman or cp850"):
        checked(tmp_path, content)
    assert checked(tmp_path, content, Reading(encoding="mac_roman")).good


def test_too_many_rows_and_too_large_files_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "MAX_ROWS", 3)
    checked(tmp_path, "text\n1\n2\n3\n")
    with pytest.raises(Unreadable, match="more than 3 rows"):
        checked(tmp_path, "text\n1\n2\n3\n4\n")
    monkeypatch.setattr(table, "MAX_FILE_BYTES", 5)
    with pytest.raises(Unreadable, match="larger than"):
        checked(tmp_path, "text\n1\n")


def test_an_unknown_column_is_told_and_can_be_mapped_or_left_out(tmp_path: Path) -> None:
    content = "Fritext;Handläggare;Datum\nBråk;Kim;vet inte\n"
    assert checked(tmp_path, content, Fritext="text", Datum="ignore").unused == ["Handläggare", "Datum"]
    assert checked(tmp_path, content, Fritext="text").faults[0].column == "Datum"
    with pytest.raises(Unreadable, match="no column 'Fri'"):
        checked(tmp_path, content, Fri="text")
    with pytest.raises(Unreadable, match="nothing a column can hold"):
        checked(tmp_path, content, Fritext="prose")


def test_a_spreadsheet_and_csv_of_the_same_rows_have_the_same_keys(tmp_path: Path) -> None:
    headings = ["Datum", "Tid", "Beskrivning", "Latitud", "Longitud"]
    as_cells = spreadsheet(headings, [date(2026, 11, 20), time(22, 5), "Bråk", 59.51, 15.99])
    as_moment = spreadsheet(
        ["Tidpunkt", "Text", "Koordinater"],
        [datetime(2026, 11, 20, 22, 5), "Bråk ", "59.51, 15.99"],  # noqa: DTZ001 - as a spreadsheet has it
    )
    as_csv = ";".join(headings) + "\n20/11 2026;kl. 22.05;Bråk;59,51;15,99\n"
    keys = {checked(tmp_path, each).good[0].key for each in (as_cells, as_moment, as_csv)}
    assert len(keys) == 1


@pytest.mark.parametrize(
    ("shown_as", "told"),
    [
        ("yyyy-mm-dd h:mm:ss", "2026-11-19T23:00:00+00:00"),
        ("DD/MM/YYYY HH:MM", "2026-11-19T23:00:00+00:00"),
        ("yyyy-mm-dd", "2026-11-20T11:00:00+00:00"),
        ('[$-th]d mmmm "i höst" yyyy', "2026-11-20T11:00:00+00:00"),
    ],
)
def test_midnight_is_a_time_of_day_where_the_cell_shows_hours(
    tmp_path: Path, shown_as: str, told: str
) -> None:
    book = Workbook()
    book.active.append(["Beskrivning", "Tidpunkt"])
    book.active.append(["Bråk", datetime(2026, 11, 20)])  # noqa: DTZ001 - as a spreadsheet has it
    book.active["B2"].number_format = shown_as
    saved = io.BytesIO()
    book.save(saved)

    (body,) = bodies(checked(tmp_path, saved.getvalue()))

    assert body["occurred_at"] == told


def test_a_spreadsheets_numbers_are_read_as_what_they_are(tmp_path: Path) -> None:
    content = spreadsheet(
        ["Beskrivning", "Telefon", "Ärende-id", "Kommun", "Tidpunkt"],
        ["Bråk", 701740605, 1234.0, 1983, 46346.5],
    )
    (body,) = bodies(checked(tmp_path, content))
    assert body == {
        "text": "Bråk",
        "contact": {"phone": "0701740605"},
        "external_id": "1234",
        "municipality": "1983",
        "occurred_at": "2026-11-20T11:00:00+00:00",
    }


def test_a_failed_formula_is_a_bad_cell(tmp_path: Path) -> None:
    content = spreadsheet(["Beskrivning", "Plats"], ["Bråk", "#REF!"])
    (fault,) = checked(tmp_path, content).faults
    assert (fault.row, fault.column, fault.what) == (2, "Plats", "its formula gives #REF!")


def test_a_formula_that_was_never_calculated_is_told_and_not_read_as_nothing(tmp_path: Path) -> None:
    content = spreadsheet(["Beskrivning", "Plats"], ["Bråk", "Torget"], ["Klotter", '=CONCATENATE("Å","n")'])
    with pytest.raises(Unreadable, match="Cell B3 has a formula that was never calculated: open the file"):
        checked(tmp_path, content)


@pytest.mark.parametrize(("shown", "told"), [("Ån", {"place_text": "Ån"}), ("", {})])
def test_a_formula_that_was_calculated_is_what_it_showed(
    tmp_path: Path, shown: str, told: dict[str, str]
) -> None:
    content = spreadsheet(["Beskrivning", "Plats"], ["Bråk", '=CONCATENATE("Å","n")'])
    saved = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(saved, "w") as target:
        for part in source.infolist():
            text = source.read(part)
            if part.filename.startswith("xl/worksheets/"):
                text = text.replace(b'<c r="B2">', b'<c r="B2" t="str">').replace(
                    b"<v />", f"<v>{shown}</v>".encode()
                )
                assert b't="str"' in text
            target.writestr(part.filename, text)

    assert bodies(checked(tmp_path, saved.getvalue())) == [{"text": "Bråk", **told}]


def test_of_several_sheets_a_person_says_which(tmp_path: Path) -> None:
    content = spreadsheet(["Beskrivning"], ["Ett"], Blad2=[["Beskrivning"], ["Två"]])
    with pytest.raises(Unreadable, match="several sheets"):
        checked(tmp_path, content)
    assert bodies(checked(tmp_path, content, Reading(sheet="Blad2"))) == [{"text": "Två"}]
    with pytest.raises(Unreadable, match="no sheet 'X'"):
        checked(tmp_path, content, Reading(sheet="X"))


def test_a_spreadsheet_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_file, "MAX_UNPACKED_BYTES", 20_000_000)
    bomb = io.BytesIO(spreadsheet(["text"], ["Bråk"]))
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zeros", b"\0" * 30_000_000)
    assert len(bomb.getvalue()) < 100_000
    with pytest.raises(Unreadable, match="unpacks to more than"):
        checked(tmp_path, bomb.getvalue())


def test_a_cell_far_outside_the_table_is_refused(tmp_path: Path) -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    page["A1"], page["A2"], page["XFD3"] = "text", "Bråk", "x"
    written = io.BytesIO()
    book.save(written)
    with pytest.raises(Unreadable, match="far outside"):
        checked(tmp_path, written.getvalue())


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_templates_are_read_but_for_their_example(tmp_path: Path, language: Any) -> None:
    for content in (csv_template(language), xlsx_template(language)):
        found = checked(tmp_path, content)
        assert not found.unused
        assert [fault.what for fault in found.faults] == ["this is the template's example"]


def test_a_report_of_faults_is_no_formula_for_a_spreadsheet() -> None:
    written = io.StringIO()
    write_faults([Fault(2, "=cmd()", "it says nothing", "write something")], written)
    assert "2,'=cmd(),it says nothing,write something" in written.getvalue()


ANY_FILE = st.one_of(
    st.binary(max_size=400),
    st.binary(max_size=200).map(lambda tail: b"PK\x03\x04" + tail),
    st.text(max_size=300).map(lambda text: ("text;datum;tid;lat;lon;kategori\n" + text).encode("utf-8")),
    st.lists(
        st.lists(st.text(max_size=15), min_size=6, max_size=6), max_size=5
    ).map(lambda rows: ("text\tdatum\ttid\tn\te\ttelefon\n" + "\n".join("\t".join(row) for row in rows)).encode()),
)  # fmt: skip


@given(ANY_FILE)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_read_or_refused_with_a_sentence(tmp_path: Path, content: bytes) -> None:
    with suppress(Unreadable):
        found = checked(tmp_path, content)
        assert found.rows == len(found.good) + found.bad_rows + len(found.doubles)


SHEET = spreadsheet(
    ["text", "datum", "lat", "lon"], ["Bråk", date(2026, 11, 20), 59.5, 15.9], ["Glas", None, 1, 2]
)


@given(st.lists(st.tuples(st.integers(0, len(SHEET) - 1), st.integers(0, 255)), min_size=1, max_size=8))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_spreadsheet_is_read_or_refused(tmp_path: Path, damage: list[tuple[int, int]]) -> None:
    content = bytearray(SHEET)
    for at, value in damage:
        content[at] = value
    with suppress(Unreadable):
        checked(tmp_path, bytes(content))


@given(
    st.sampled_from(["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"]),
    st.integers(0, 5000), st.binary(max_size=30),
)  # fmt: skip
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_spreadsheet_with_a_damaged_part_is_read_or_refused(
    tmp_path: Path, part: str, at: int, bytes_there: bytes
) -> None:
    damaged = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(SHEET)) as source, zipfile.ZipFile(damaged, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == part:
                content = content[:at] + bytes_there + content[at + len(bytes_there) :]
            target.writestr(name, content)
    with suppress(Unreadable):
        checked(tmp_path, damaged.getvalue())
