"""What points at one person is taken out; what tells the event stays."""

import json
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shared.redaction import MARKS, redact, redact_identifier

CITIZENS = Path(__file__).parents[3] / "services/enrichment/classifier/data/citizen_examples.jsonl"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Han heter Kalle, 850112-9806.", "personal_number"),
        ("pnr 198501129806", "personal_number"),
        ("pnr 19850112-9806", "personal_number"),
        ("8501129806", "personal_number"),
        ("född 120101+1234, över hundra år", "personal_number"),
        ("85 01 12 9806", "personal_number"),
        ("85 01 12-9806", "personal_number"),
        ("85.01.12.9806", "personal_number"),
        ("1985-01-12-9806", "personal_number"),
        ("1985 01 12 9806", "personal_number"),
        ("850112 - 9806", "personal_number"),
        ("850112–9806", "personal_number"),
        ("samordningsnummer 701063-2391", "personal_number"),
        ("19701063-2391", "personal_number"),
        ("8501 12-9806", "personal_number"),
        ("8 5 0 1 1 2 9 8 0 6", "personal_number"),
        ("felskrivet 850112-1234", "personal_number"),
        ("850112-\n9806", "personal_number"),
        ("850112\n9806", "personal_number"),
        ("19850112\r\n-9806", "personal_number"),
        ("pojken 210305-1401", "personal_number"),
        ("1985-01-12-1234", "personal_number"),
        ("pnr 850112-" + "X" * 4, "personal_number"),
        ("född 12 januari, sista 9806", "personal_number"),
        ("åttiofem noll ett tolv nittioåtta noll sex", "personal_number"),
        ("ring 070-174 06 05", "phone_number"),
        ("tel hem: 251 60", "phone_number"),
        ("070 1 7 4 0 6 0 5", "phone_number"),
        ("070-174\n06 05 är numret", "phone_number"),
        ("070-\r\n  1740605", "phone_number"),
        ("ring kunden 070-174 06 05", "phone_number"),
        ("070 ett sju fyra noll sex noll fem", "phone_number"),
        ("nollsjunoll 1740605", "phone_number"),
        ("oh seven oh one seven four oh six oh five", "phone_number"),
        ("noll sjuttio, ett sju fyra, noll sex, noll fem", "phone_number"),
        ("anna AT gmail.com", "email"),
        ("kalle @ hotmail . com", "email"),
        ("anna@\ngmail.com", "email"),
        ("bil med reg ABC 12 D", "vehicle_plate"),
        ("regnummer A B C 1 2 D", "vehicle_plate"),
        ("regnr: HKL\n482 på plåten", "vehicle_plate"),
        ("Norsk bil EK 12345", "vehicle_plate"),
        ("polsk bil WA 12345", "vehicle_plate"),
        ("tyskregistrerad Audi M-AB 1234", "vehicle_plate"),
        ("kort nr 4111-1111 1111 1111", "card_number"),
        ("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "card_number"),
        ("41111 11111 11111 1", "card_number"),
        ("pinkod 4711 till kortet", "card_number"),
        ("cvc: 123", "card_number"),
        ("swishade 1231231212", "account_number"),
        ("Swedbank 8327-9 123 456 789", "account_number"),
        ("bankgiro 5050-\n1055", "account_number"),
        ("SE45 5000\n0000 0583 9825 7466", "account_number"),
        ("tt: lisakp03", "social_handle"),
        ("kallecool på roblox", "social_handle"),
        ("Hotad av mangoboy på roblox", "social_handle"),
        ("på insta heter hon mia.pia", "social_handle"),
        ("reddit u/kallecool", "social_handle"),
        ("0701740605", "phone_number"),
        ("tel:0701740605.", "phone_number"),
        ("+46 70 174 06 05", "phone_number"),
        ("+46(0)701740605", "phone_number"),
        ("0046701740605", "phone_number"),
        ("46701740605", "phone_number"),
        ("0980-319 210", "phone_number"),
        ("0980/319210", "phone_number"),
        ("08-465 004 12", "phone_number"),
        ("(08) 465 004 12", "phone_number"),
        ("070.174.06.05", "phone_number"),
        ("070‑174 06 05", "phone_number"),
        ("dansk +45 32 55 51 23", "phone_number"),
        ("call me at 070 174 06 77 after 18.00", "phone_number"),
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
        ("Personnr850112-9806", "personal_number"),
        ("personnummer 850230-1234", "personal_number"),
        ("pnr ８５０１１２\u200b-９８０６", "personal_number"),
        ("född i januari, de fyra sista är 9806", "personal_number"),
        ("enskild firma, org.nr 660830-9818", "personal_number"),
        ("momsnr SE660830981801", "personal_number"),
        ("interimsnummer 850112-T123", "personal_number"),
        ("finsk, 131052-308T", "personal_number"),
        ("åtta fem noll ett ett två nio åtta noll sex", "personal_number"),
        ("0 7 0 1 7 4 0 6 0 5", "phone_number"),
        ("nås på 701740605", "phone_number"),
        ("tfn 319 212", "phone_number"),
        ("noll sju noll ett sju fyra noll sex noll fem", "phone_number"),
        ("+44 7700 900123", "phone_number"),
        ("anna snabel-a example punkt se", "email"),
        ("anna at example dot com", "email"),
        ("A B C 1 2 3 stod där", "vehicle_plate"),
        ("personlig skylt FETBIL", "vehicle_plate"),
        ("regnr EK 12345", "vehicle_plate"),
        ("4111 1111 1111 1111", "card_number"),
        ("kortnummer 4111-1111-1111-1112", "card_number"),
        ("3782 822463 10005", "card_number"),
        ("SE45 5000 0000 0583 9825 7466", "account_number"),
        ("iban: no9386011117947", "account_number"),
        ("konto 8327-9, 123 456 789-0", "account_number"),
        ("bankgiro 5050-1055", "account_number"),
        ("plusgiro 28 65 43-4", "account_number"),
        ("swisha till 123 456 78 97", "account_number"),
        ("insta: kalle_88", "social_handle"),
        ("han heter kallek på snap", "social_handle"),
        ("filmat av @kalle_kopingen", "social_handle"),
        ("https://www.tiktok.com/@kalle88", "social_handle"),
        ("https://www.facebook.com/profile.php?id=100000000000001", "social_handle"),
        ("Kungen#0001 på discord", "social_handle"),
        ("https://example.se/boka?namn=Anna+Ek", "personal_link"),
        ("http://lisa:hemligt@example.se/", "personal_link"),
        ("hotet kom från 203.0.113.45", "network_address"),
        ("2001:db8::8a2e:370:7334", "network_address"),
        ("00:1A:2B:3C:4D:5E", "network_address"),
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
        "251123-1405",
        "loggat 251123-1405 och 240229-0815",
        "Elstolpe 0123456789, mätarställning 012345678, elmätare nr 0701 2345 67",
        "SKU ABC12D, artikelnr HKL482 och lagerplats HKL 482",
        "070\när riktnumret",
        "inbrott 14\nbråk 22\nklotter 8",
        "Tiderna var 0830\n0915\n1015\n1100",
        "swishade 1 200 kr, Swedbank stänger 2024-05-12 kl 14.30",
        "I looked at blocket.se, we met at home",
        "barnen spelar på roblox, spridningen på snapchat är stor",
        "r/sweden skriver, TT skriver att 45 skadats",
        "Pinnar, Köpingar och PIN-up 1950",
        "fem sex sju bilar, ett två tre fyra fem sex sju åtta",
        "rum 010 ett trappsteg ner, kl 14.00 en man",
        "En tysk Mercedes CLA 200, en dansk Volvo XC90 på E20, polsk lastbil på väg 250",
        "Räknade 12\n14\n15\n18\n21\n19\n8\n7",
        "2024-05-12\n2024-05-13\n2024-05-14",
        "240512\n1430\n240513\n1500",
        "YouTube och story på snap, cowboy på tiktok",
        "född 1985, sista 4000 kr",
        "Kl 08.30 09.15 och 0830-1015",
        "Polisens ärende 5000-K123456-24",
        "K123456-24 och 0201-K1234-24",
        "Ärendenummer 8501129806",
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
        "Mål B 1234-25, AM-123456-25, dnr BN-2025-000123",
        "Köping 2:45, Malma 1:123",
        "1 234 567 kr, 1.250.000:-, 20 000–25 000 kr",
        "SWEREF 6597123, 571234 eller N 59° 30' 50.5\"",
        "bilen var 100 meter bort, skylten var 200 meter bort",
        "BMW 320, Mercedes CLA 200, KTM 125, OBS 112",
        "IMEI 352099001761481, ISBN 978-91-7000-123-4, OCR 1234567890",
        "konto 45 000 kr, kontot länsades på 1 200 000 kr",
        "version 1.2.3.4, kl 10.30.11.15",
        "https://maps.google.com/?q=59.51404,15.99255",
        "https://www.facebook.com/groups/koping och https://www.instagram.com/p/Cabc123DEF/",
        "spreds på snapchat och tiktok, vi ses @torget",
        "född 850112, född 1985-01-12 i Köping",
        "ett två två är numret, sju åtta personer",
        "",
    ],
)
def test_what_tells_the_event_stays(text: str) -> None:
    redaction = redact(text)

    assert redaction.text == text
    assert not redaction.kinds


@pytest.mark.parametrize(
    ("identifier", "told"),
    [
        ("rond-2026-11-22-0417", "rond-2026-11-22-0417"),
        ("260312-0417", "260312-0417"),
        ("0701740605", "0701740605"),
        ("polisen-850112", "polisen-850112"),
        ("19850112-9806", "[personnummer]"),
        ("K-8501129806", "K-[personnummer]"),
        ("barn/anna@example.se", "barn/[e-post]"),
    ],
)
def test_another_systems_number_of_a_case_stays_unless_it_is_a_persons(identifier: str, told: str) -> None:
    assert redact_identifier(identifier) == told


def test_citizens_words_are_not_taken_for_plates() -> None:
    rows = (json.loads(line) for line in CITIZENS.read_text(encoding="utf-8").splitlines())

    assert not [row["text"] for row in rows if "vehicle_plate" in redact(row["text"]).kinds]


def test_a_quantity_is_not_taken_for_a_plate_and_a_plate_before_a_short_word_is() -> None:
    for text in ("EON 230 volt i stolpen", "HVK 400 meter bort", "PCB 126 i marken"):
        assert redact(text).text == text
    for after in ("min grannes bil", "timmar i sträck", "people saw it", "personer i bilen"):
        assert redact(f"ABC 123 {after}").text == f"[registreringsnummer] {after}"
    assert redact("regnr ABC 123 kg").text == "regnr [registreringsnummer] kg"


def test_every_occurrence_goes_and_is_counted() -> None:
    redaction = redact("Ring 070-1740605/070-1740606 15:30 om ABC123, DEF456 och 850112-9806. a@b.se,c@d.se")

    assert redaction.text == (
        "Ring [telefonnummer]/[telefonnummer] 15:30 om [registreringsnummer], [registreringsnummer] och "
        "[personnummer]. [e-post],[e-post]"
    )
    assert dict(redaction.kinds) == {
        "phone_number": 2, "vehicle_plate": 2, "personal_number": 1, "email": 2
    }  # fmt: skip


def test_the_words_around_stay_as_they_were() -> None:
    assert redact("Han (850112-9806) slog henne kl 22.").text == "Han ([personnummer]) slog henne kl 22."


@settings(deadline=None)
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
    is_a_time = 20 <= day.year % 100 <= 30 and int(last[:2]) < 24 and int(last[2:]) < 60
    assume(not (is_a_time and shape in {"{d}-{n}", "{d} {n}"} and before in {"", "("}))

    redaction = redact(f"{before}{written}")

    assert not any(map(str.isdigit, redaction.text))
    assert sum(redaction.kinds.values()) == 1
