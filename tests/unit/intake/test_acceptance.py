"""What is kept as it was said, and what of it is told."""

import json
from datetime import UTC, datetime

from services.intake.domain.acceptance import Acceptance, accept
from services.intake.domain.submission import read_submission
from shared.events import Source

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def accepted(source: Source = Source.CITIZEN, **fields: object) -> Acceptance:
    body = json.dumps({"text": "Det brinner.", **fields}).encode()
    return accept(read_submission(body), source, "1983", NOW)


def test_contact_details_and_the_original_text_are_not_in_the_event() -> None:
    report = accepted(
        text="Han heter Kalle, 850112-1233, ring 070-123 45 67.",
        place_text="hos kalle@exempel.se",
        contact={"name": "Kim Exempel", "email": "kim@exempel.se", "phone": "070-174 06 05"},
    )
    told = report.event.model_dump_json()
    for secret in ("850112", "123 45 67", "kalle@", "Kim", "kim@", "174 06"):
        assert secret not in told
    assert "850112-1233" in report.text
    assert report.event.redactions == {"personal_number": 1, "phone_number": 1, "email": 1}


def test_redactions_of_text_and_place_are_counted_together() -> None:
    assert accepted(text="850112-1233", place_text="850112-1233").event.redactions == {"personal_number": 2}


def test_a_text_that_outgrows_the_event_by_its_marks_is_shortened() -> None:
    report = accepted(text="bil ABC123 " * 900)
    assert len(report.event.text) == 10_000
    assert report.event.text.endswith("…")


def test_an_installation_answers_for_its_own_municipality_unless_another_is_named() -> None:
    assert accepted().event.municipality == "1983"
    assert accepted(municipality="1984").event.municipality == "1984"


def test_a_report_without_a_time_happened_now() -> None:
    assert accepted().event.occurred_at == NOW


def test_empty_contact_details_are_none() -> None:
    assert accepted(contact={}).contact is None
    assert accepted(contact={"name": "  "}).contact is None
    assert accepted(contact={"name": " Kim  E "}).contact is not None


def test_a_citizens_own_identifier_is_free_text_and_a_partys_is_not() -> None:
    assert accepted(external_id="850112-1233").event.external_id == "[personnummer]"
    assert accepted(Source.GUARD, external_id="01912345-6789").event.external_id == "01912345-6789"


def test_a_persons_number_as_a_partys_identifier_is_not_told() -> None:
    assert accepted(Source.STAFF, external_id="19850112-9814").event.external_id == "[personnummer]"


def test_a_number_that_goes_on_in_the_next_line_of_an_e_mail_is_not_told() -> None:
    report = accepted(
        text="Till den det berör\n\nRing mig på 070-\n174 06 05 eller anna@\nexample.se",
        place_text="hos 850112-\n9814",
    )

    assert dict(report.event.redactions) == {"phone_number": 1, "email": 1, "personal_number": 1}
