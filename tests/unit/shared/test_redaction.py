"""What points at one person is taken out; what tells the event stays."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.redaction import MARKS, redact

CITIZENS = Path(__file__).parents[3] / "services/enrichment/classifier/data/citizen_examples.jsonl"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Han heter Kalle, 850112-1233.", "personal_number"),
        ("pnr 198501121233", "personal_number"),
        ("pnr 19850112-1233", "personal_number"),
        ("8501121233", "personal_number"),
        ("född 120101+1234, över hundra år", "personal_number"),
        ("85 01 12 1233", "personal_number"),
        ("85 01 12-1233", "personal_number"),
        ("85.01.12.1233", "personal_number"),
        ("1985-01-12-1233", "personal_number"),
        ("1985 01 12 1233", "personal_number"),
        ("850112 - 1233", "personal_number"),
        ("850112–1233", "personal_number"),
        ("samordningsnummer 701063-2391", "personal_number"),
        ("19701063-2391", "personal_number"),
        ("8501 12-1233", "personal_number"),
        ("8 5 0 1 1 2 1 2 3 3", "personal_number"),
        ("felskrivet 850112-1234", "personal_number"),
        ("ring 070-123 45 67", "phone_number"),
        ("0701234567", "phone_number"),
        ("tel:0701234567.", "phone_number"),
        ("+46 70 123 45 67", "phone_number"),
        ("+46(0)701234567", "phone_number"),
        ("0046701234567", "phone_number"),
        ("46701234567", "phone_number"),
        ("0221-250 00", "phone_number"),
        ("0221/25000", "phone_number"),
        ("08-123 456 78", "phone_number"),
        ("(08) 123 456 78", "phone_number"),
        ("070.123.45.67", "phone_number"),
        ("070‑123 45 67", "phone_number"),
        ("dansk +45 20 12 34 56", "phone_number"),
        ("call me at 073 555 12 34 after 18.00", "phone_number"),
        ("kalle.karlsson+koping@example.se", "email"),
        ("Mejla KALLE@EXAMPLE.CO.UK!", "email"),
        ("kalle (at) example.se", "email"),
        ("åsa.öberg@köping.se", "email"),
        ("en vit Volvo ABC123", "vehicle_plate"),
        ("ABC12A körde iväg", "vehicle_plate"),
        ("Såg ABC 123 vid hamnen", "vehicle_plate"),
        ("Såg ABC-123 vid hamnen", "vehicle_plate"),
        ("abc123 stod parkerad", "vehicle_plate"),
        ("regnr abc 123", "vehicle_plate"),
        ("bilen ABC 12D", "vehicle_plate"),
        ("såg abc 12d vid hamnen", "vehicle_plate"),
        ("Abc 12d stod där", "vehicle_plate"),
        ("den hette abc-12D", "vehicle_plate"),
        ("DEN HETTE ABC 12D", "vehicle_plate"),
        ("BILEN ABC 123 STOD VID HAMNEN", "vehicle_plate"),
        ("registration plate is xyz 789", "vehicle_plate"),
    ],
)
def test_what_points_at_one_person_is_taken_out(text: str, kind: str) -> None:
    redaction = redact(text)

    assert dict(redaction.kinds) == {kind: 1}
    assert MARKS[kind] in redaction.text
    assert sum(map(str.isdigit, redaction.text)) <= 4


@pytest.mark.parametrize(
    "text",
    [
        "Det brinner på Ringvägen 12, 731 32 Köping",
        "Klockan 22.15-23.40 den 2024-05-12",
        "2024-05-12 14:30",
        "2024-05-12 1430",
        "20240512-1430",
        "240512-1430",
        "Kl 08.30 09.15 och 0830-1015",
        "Polisens ärende 5000-K123456-24",
        "K123456-24 och 0201-K1234-24",
        "Ärendenummer 8501121233",
        "dnr KS 2024/123, dnr 0221-2024-15",
        "Skadan är 12 500 kr, alltså 12500,50 kronor",
        "E18 123 och RV 250, väg 250, länsväg 558",
        "vid 123 och på 456",
        "Vid 123 stod de",
        "LGH 123 i trapphuset",
        "Vi bor 12a, hus 12b, rum 14c, zon 10a och box 22b",
        "typ 50m bort, max 20m, sen 10h",
        "och 11B på ort 12a",
        "DET VAR TYP 50M TILL HUS 12B OCH RAD 14C",
        "lgh 1203, hus12a, TPL 148 Bro, tpl191",
        "SOS 112 eller 114 14, Vårdguiden 1177",
        "STOR BRAND DET KOM TIO 100 OCH KÖR NU GAS 200 METER",
        "den 05/12 2024 14.30",
        "05-12-2024",
        "01.02.2024 13.45",
        "2024 05 12 14 30",
        "59.51404, 15.99255",
        "organisationsnummer 556036-0793",
        "buss 4, linje 550, 10 personer, 3 bilar",
        "Ett hus (at the corner) brinner",
        "",
    ],
)
def test_what_tells_the_event_stays(text: str) -> None:
    redaction = redact(text)

    assert redaction.text == text
    assert not redaction.kinds


def test_citizens_words_are_not_taken_for_plates() -> None:
    rows = (json.loads(line) for line in CITIZENS.read_text(encoding="utf-8").splitlines())

    assert not [row["text"] for row in rows if "vehicle_plate" in redact(row["text"]).kinds]


def test_every_occurrence_goes_and_is_counted() -> None:
    redaction = redact("Ring 070-1234567/070-7654321 15:30 om ABC123, DEF456 och 850112-1233. a@b.se,c@d.se")

    assert redaction.text == (
        "Ring [telefonnummer]/[telefonnummer] 15:30 om [registreringsnummer], [registreringsnummer] och "
        "[personnummer]. [e-post],[e-post]"
    )
    assert dict(redaction.kinds) == {
        "phone_number": 2, "vehicle_plate": 2, "personal_number": 1, "email": 2
    }  # fmt: skip


def test_the_words_around_stay_as_they_were() -> None:
    assert redact("Han (850112-1233) slog henne kl 22.").text == "Han ([personnummer]) slog henne kl 22."


FRAGMENTS = st.sampled_from(
    [
        "850112-1233",
        "0701234567",
        "ABC123",
        "a@b.se",
        "-",
        " ",
        "/",
        ".",
        "19",
        "070",
        "(at)",
        "[",
        "abc",
        "E18",
        "2024",
        "46",
    ]
)


@given(st.one_of(st.text(), st.text("0123456789-+ ./()[]@ABCabcå"), st.lists(FRAGMENTS).map("".join)))
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    once = redact(text)
    twice = redact(once.text)

    assert twice.text == once.text
    assert not twice.kinds


@given(
    st.dates().filter(lambda day: 1900 <= day.year <= 2014),
    st.integers(0, 999),
    st.sampled_from(["{c}{d}{n}", "{c}{d}-{n}", "{d}-{n}", "{d}+{n}", "{d}{n}", "{d} {n}"]),
    st.sampled_from(["", "Hon är ", "(", "pnr:"]),
)
def test_no_valid_personal_number_gets_through(day, number, shape, before) -> None:
    nine = f"{day:%y%m%d}{number:03d}"
    luhn = sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(nine))
    last = f"{number:03d}{-luhn % 10}"
    written = shape.format(c=f"{day.year // 100}", d=f"{day:%y%m%d}", n=last)

    redaction = redact(f"{before}{written}")

    assert not any(map(str.isdigit, redaction.text))
    assert sum(redaction.kinds.values()) == 1


def test_short_texts_are_redacted_quickly() -> None:
    texts = [
        "Det brinner i en container vid inre hamnen i Köping, tre killar sprang därifrån kl 22.15.",
        "Någon har krossat en ruta på Ringvägen 12 i natt, ring mig på 070-123 45 67",
        "Vit Volvo ABC123 körde mot rött",
    ] * 1_000
    start = time.process_time()
    for text in texts:
        redact(text)
    seconds = time.process_time() - start

    assert len(texts) / seconds > 5_000
