"""Messages as reports: what was written now, by whom, and why some are none."""

import mailbox
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.imports.mail.html_text import text_of_html
from services.intake.imports.mail.mailboxes import find_messages
from services.intake.imports.mail.message import MAX_MESSAGE_BYTES, MailReport, Skipped, read_message
from services.intake.imports.mail.quoting import written_now
from services.intake.imports.table import Unreadable

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
HEAD = {
    "From": "Anna Exempel <anna@exempel.se>",
    "Subject": "Klotter",
    "Message-ID": "<1@exempel.se>",
    "Date": "Mon, 23 Nov 2026 10:05:00 +0100",
    "Content-Type": "text/plain; charset=utf-8",
}


def message(text: str = "Hela väggen är nedklottrad.", **headers: str) -> bytes:
    told = {**HEAD, **{name.replace("_", "-"): value for name, value in headers.items()}}
    lines = [f"{name}: {value}" for name, value in told.items() if value]
    return ("\n".join(lines) + "\n\n" + text + "\n").encode()


def report(content: bytes) -> MailReport:
    found = read_message(content, own=frozenset({"trygg@koping.se"}), now=NOW)
    assert isinstance(found, MailReport), found
    return found


def reason(content: bytes) -> str:
    found = read_message(content, own=frozenset({"trygg@koping.se"}), now=NOW)
    assert isinstance(found, Skipped)
    return found.reason


def test_subject_and_text_are_the_report_and_the_sender_is_the_contact() -> None:
    assert report(message()).body == {
        "text": "Klotter\n\nHela väggen är nedklottrad.",
        "contact": {"name": "Anna Exempel", "email": "anna@exempel.se"},
        "occurred_at": "2026-11-23T09:05:00+00:00",
    }


def test_a_subject_that_the_text_repeats_is_not_said_twice() -> None:
    assert report(message("Klotter på skolan", Subject="Sv: klotter")).body["text"] == "Klotter på skolan"


def test_the_key_is_the_messages_own_number() -> None:
    assert report(message()).key == report(message("Rättat", Subject="Annat")).key
    assert report(message()).key != report(message(Message_ID="<2@exempel.se>")).key
    assert report(message(Message_ID="")).key == report(message(Message_ID="")).key


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"Auto-Submitted": "auto-replied"}, "automatic reply"),
        ({"Subject": "Autosvar: Semester"}, "automatic reply"),
        ({"X-Autoreply": "yes"}, "automatic reply"),
        ({"Return-Path": "<>"}, "mail server"),
        ({"From": "MAILER-DAEMON@exempel.se"}, "a machine"),
        ({"From": "no-reply@exempel.se"}, "a machine"),
        ({"From": "Trygg <TRYGG@koping.se>"}, "our own"),
        ({"From": ""}, "no sender"),
        ({"List-Unsubscribe": "<mailto:x@y.se>"}, "sent to many"),
        ({"Precedence": "bulk"}, "sent to many"),
        ({"X-Spam-Flag": "YES"}, "spam"),
    ],
)
def test_what_nobody_wrote_to_report_something_is_skipped_with_the_reason(
    headers: dict[str, str], words: str
) -> None:
    assert words in reason(message(**headers))


def test_a_bounce_is_skipped() -> None:
    kind = 'multipart/report; report-type=delivery-status; boundary="x"'
    assert "mail server" in reason(message("--x--", Content_Type=kind))


def test_what_is_too_large_is_refused_with_the_reason() -> None:
    assert "larger than 25 MB" in reason(b"x" * (MAX_MESSAGE_BYTES + 1))
    assert "10,000 at most" in reason(message("ord " * 3000))


def test_html_is_read_when_there_is_nothing_else_and_attachments_are_counted() -> None:
    parts = """--x
Content-Type: text/html; charset=utf-8

<html><head><style>p{color:red}</style></head><body><p>Lampan är <b>trasig</b> &amp; mörk.<br>Bo</p>
<blockquote type="cite"><p>Gammalt <blockquote type="cite">äldre</blockquote> mer</p></blockquote></body></html>
--x
Content-Type: image/png
Content-Disposition: attachment; filename=a.png
Content-Transfer-Encoding: base64

AAAA
--x--"""
    found = report(message(parts, Content_Type="multipart/mixed; boundary=x", Subject=""))
    assert (found.body["text"], found.attachments) == ("Lampan är trasig & mörk.\nBo", 1)


def test_plain_text_goes_before_html() -> None:
    parts = "--x\nContent-Type: text/html\n\n<p>Annat</p>\n--x\nContent-Type: text/plain\n\nRent\n--x--"
    found = report(message(parts, Content_Type="multipart/alternative; boundary=x", Subject=""))
    assert found.body["text"] == "Rent"


def test_a_clock_that_is_wrong_is_not_believed() -> None:
    for date in ("Mon, 23 Nov 2099 10:05:00 +0100", "Thu, 1 Jan 1970 00:00:00 +0000", "i går", ""):
        assert "occurred_at" not in report(message(Date=date)).body


@pytest.mark.parametrize(
    "below",
    [
        "Den mån 23 nov. 2026 kl 09:00 skrev Trygg <trygg@koping.se>:\n> Hej",
        "On Mon, Nov 23, 2026 at 9:00 AM Trygg <trygg@koping.se> wrote:\n> Hej",
        "Den mån 23 nov. 2026 kl 09:00 skrev Trygg i Köping, avdelningen för\ntrygghet <trygg@koping.se>:\n> Hej",
        "-----Ursprungligt meddelande-----\nFrån: Trygg",
        "________________________________\nFrån: Trygg <trygg@koping.se>\nHej",
        "Från: Trygg <trygg@koping.se>\nSkickat: den 23 november 2026 09:00\nTill: Anna\nÄmne: Sv: Klotter\n\nHej",
        "-- \nAnna Exempel\n070-174 06 05",
        "Skickat från min iPhone",
        "Hämta Outlook för iOS<https://aka.ms/o0ukef>",
    ],
)
def test_history_and_signature_are_cut(below: str) -> None:
    assert written_now(f"Det brinner vid ån.\nKom fort.\n\n{below}") == "Det brinner vid ån.\nKom fort."


@pytest.mark.parametrize(
    "text",
    [
        "Från: torget till ån\nDet brinner",
        "Han skrev:\nkom hit annars",
        "Den där mannen skrev på väggen: fan\n- två killar\n- en moped",
        "Plats: Ån\nTid: nu",
        "> bara citat",
        "-- \nbara signatur",
        "Datum: i går\nTill: polisen",
        "Skickat från mig till er för att ni ska veta: det brinner",
    ],
)
def test_what_only_looks_like_history_stays(text: str) -> None:
    assert written_now(text) == text.strip()


def test_what_is_passed_on_is_kept_whole() -> None:
    text = (
        "För kännedom\n\nFrån: Bo <bo@x.se>\nSkickat: i dag\nTill: Anna\nÄmne: Brand\n\nDet brinner vid ån."
    )
    assert report(message(text, Subject="VB: Brand")).body["text"].endswith("Det brinner vid ån.")


def test_an_unknown_charset_and_broken_bytes_are_read_as_far_as_they_go() -> None:
    assert "v�ggen" in report(
        message(Content_Type="text/plain; charset=utf-8").replace("ä".encode(), b"\xe4", 1)
    ).body["text"].replace("\ufffd", "�")
    assert report(message(Content_Type="text/plain; charset=klingon")).body["text"].startswith("Klotter")


@given(st.one_of(st.binary(max_size=500), st.binary(max_size=300).map(lambda tail: message() + tail),
                 st.tuples(st.sampled_from(sorted(HEAD)), st.binary(max_size=80)).map(
                     lambda pair: pair[0].encode() + b": " + pair[1] + b"\n" + message())))  # fmt: skip
def test_any_bytes_are_a_report_or_skipped_with_a_reason(content: bytes) -> None:
    found = read_message(content, own=frozenset(), now=NOW)
    assert found.body["text"] if isinstance(found, MailReport) else found.reason


@given(st.text())
def test_any_html_is_text(html: str) -> None:
    assert isinstance(text_of_html(html), str)


def test_a_maildir_gives_what_is_unread_and_marks_what_is_done(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "box")
    for number in range(3):
        box.add(message(Message_ID=f"<{number}@x.se>"))
    found = list(find_messages(tmp_path / "box"))
    assert len(found) == 3
    found[0].done()
    assert [each.name for each in find_messages(tmp_path / "box")] == [each.name for each in found[1:]]
    assert len(mailbox.Maildir(tmp_path / "box")) == 3


def test_a_folder_gives_its_eml_files_in_order(tmp_path: Path) -> None:
    for name in ("b.eml", "a.EML", "c.txt"):
        (tmp_path / name).write_bytes(message())
    assert [each.name for each in find_messages(tmp_path)] == ["a.EML", "b.eml"]
    with pytest.raises(Unreadable):
        list(find_messages(tmp_path / "absent"))
