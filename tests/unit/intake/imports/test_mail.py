"""Messages as reports: what was written now, by whom, and why some are none."""

import base64
import mailbox
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.imports.mail import html_text
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
    assert (found.body["text"], found.enclosures.left_out) == ("Lampan är trasig & mörk.\nBo", 1)


def test_plain_text_goes_before_html() -> None:
    parts = "--x\nContent-Type: text/html\n\n<p>Annat</p>\n--x\nContent-Type: text/plain\n\nRent\n--x--"
    found = report(message(parts, Content_Type="multipart/alternative; boundary=x", Subject=""))
    assert found.body["text"] == "Rent"


def test_a_clock_that_is_wrong_is_not_believed() -> None:
    for date in ("Mon, 23 Nov 2099 10:05:00 +0100", "Thu, 1 Jan 1970 00:00:00 +0000", "i går", ""):
        found = report(message(Date=date))
        assert "occurred_at" not in found.body
        assert found.is_undated
    assert not report(message()).is_undated


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


@pytest.mark.parametrize(
    ("written_in", "called"),
    [("windows-1252", "utf-8"), ("windows-1252", "klingon"), ("utf-8", "iso-8859-1"), ("utf-8", "us-ascii"),
     ("utf-8", "klingon"), ("iso-8859-1", "iso-8859-1"), ("utf-8", "windows-1252")],
)  # fmt: skip
def test_letters_are_read_as_they_were_written_whatever_they_are_called(written_in: str, called: str) -> None:
    content = (
        message("På räcket åäö", Content_Type=f"text/plain; charset={called}").decode().encode(written_in)
    )
    assert report(content).body["text"] == "Klotter\n\nPå räcket åäö"


@pytest.mark.parametrize("written_in", ["utf-8", "windows-1252"])
def test_a_subject_of_bare_bytes_is_read(written_in: str) -> None:
    assert (
        report(message("x", Subject="Bråk på ån").decode().encode(written_in))
        .body["text"]
        .startswith("Bråk på ån")
    )


def test_a_paragraph_that_was_broken_to_be_sent_is_one_line_again() -> None:
    flowed = report(
        message("Ring 070-174 \n06 05\nsnart\n-- \nAnna", Content_Type="text/plain; format=flowed")
    )
    assert flowed.body["text"] == "Klotter\n\nRing 070-174 06 05\nsnart"


def test_a_long_message_is_taken_shortened_and_says_so() -> None:
    found = report(message("ord " * 30_000))
    assert found.is_shortened
    assert found.body["text"].endswith("ord\n\n[Meddelandet är längre än så; resten står i e-posten.]")
    assert len(found.body["text"]) <= 10_000


@pytest.mark.parametrize(
    "below", ["Med vänlig hälsning\nAnna Exempel\nStorgatan 5\n070-174 06 05", "Mvh Anna", "Hälsningar,\n\nAnna", "Best regards\nAnna"]
)  # fmt: skip
def test_who_signs_is_the_contacts_and_not_the_reports(below: str) -> None:
    assert written_now(f"Lampan är trasig.\n\n{below}") == "Lampan är trasig."


@pytest.mark.parametrize(
    "text",
    [
        "Lampan är trasig.\nMvh Anna\nPS det brinner vid ån",
        "Hälsningar från taket ropade han.\nDet var fyra män som sprang mot ån.",
    ],
)
def test_what_is_said_below_a_greeting_stays(text: str) -> None:
    assert written_now(text) == text


def test_what_a_page_hides_is_not_read() -> None:
    page = '<span style="display: none">Visa i webbläsare</span><p hidden>x</p><p>Det brinner</p>'
    assert text_of_html(page) == "Det brinner"


def _with_parts(*parts: tuple[str, bytes], text: str = "Se bild") -> bytes:
    lines = [f"--x\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"] if text else []
    for headers, content in parts:
        lines.append(
            f"--x\n{headers}\nContent-Transfer-Encoding: base64\n\n{base64.encodebytes(content).decode()}"
        )
    return message("".join(lines) + "--x--", Content_Type="multipart/mixed; boundary=x")


PHOTO = b"\xff\xd8\xff\xe0" + b"p" * 30_000
ATTACHED = "Content-Type: application/octet-stream\nContent-Disposition: attachment; filename=a.jpg"
INLINE = "Content-Type: image/png\nContent-Disposition: inline; filename=logo.png"


def test_photos_are_known_by_their_content_and_all_else_is_counted() -> None:
    parts = [
        (ATTACHED, PHOTO),
        (INLINE, b"\x89PNG\r\n\x1a\n" + b"l" * 500),  # a logo
        (INLINE, PHOTO + b"2"),
        ("Content-Type: application/pdf\nContent-Disposition: attachment; filename=a.pdf", b"%PDF"),
        ("Content-Type: image/jpeg\nContent-Disposition: attachment; filename=b.jpg", b"no photo"),
    ]
    found = report(_with_parts(*parts)).enclosures
    assert (found.photos, found.left_out) == ((PHOTO, PHOTO + b"2"), 2)
    many = report(_with_parts(*[(ATTACHED, PHOTO + bytes([at])) for at in range(8)])).enclosures
    assert (len(many.photos), many.left_out) == (5, 3)
    assert report(_with_parts((ATTACHED, PHOTO), (ATTACHED, PHOTO))).enclosures.photos == (PHOTO,)


def test_a_subject_and_a_photo_are_a_report() -> None:
    found = report(_with_parts((ATTACHED, PHOTO), text=""))
    assert (found.body["text"], len(found.enclosures.photos)) == ("Klotter", 1)
    assert reason(_with_parts((ATTACHED, b"%PDF"), text="")) == "it holds no text"


def test_a_message_that_is_passed_on_as_an_attachment_is_what_it_says() -> None:
    inner = "--x\nContent-Type: message/rfc822\n\nFrom: Bo <bo@x.se>\nSubject: Brand\n\nDet brinner vid skolan\n--x--"
    found = report(message(inner, Content_Type="multipart/mixed; boundary=x", Subject="VB: Brand"))
    assert found.body["text"] == "Brand\n\nDet brinner vid skolan"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (message("--b\n\nx\n" * 100_000, Content_Type="multipart/mixed; boundary=b"), "more than 200 parts"),
        (b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (at, at) for at in range(3000)), "more than 200 parts"),
        (b"X-A: b\n" * 200_000 + message(), "headers are longer"),
    ],
)  # fmt: skip
def test_what_would_keep_us_busy_is_refused_before_it_is_parsed(content: bytes, words: str) -> None:
    began = time.process_time()
    assert words in reason(content)
    assert time.process_time() - began < 2


@given(st.one_of(st.binary(max_size=500), st.binary(max_size=300).map(lambda tail: message() + tail),
                 st.tuples(st.sampled_from(sorted(HEAD)), st.binary(max_size=80)).map(
                     lambda pair: pair[0].encode() + b": " + pair[1] + b"\n" + message())))  # fmt: skip
def test_any_bytes_are_a_report_or_skipped_with_a_reason(content: bytes) -> None:
    found = read_message(content, own=frozenset(), now=NOW)
    assert found.body["text"] if isinstance(found, MailReport) else found.reason


@pytest.mark.parametrize("tag", ["<b>", "</p>", "<div style='display:none'>", "<!--", "<"])
def test_of_a_page_of_tags_no_more_is_read_than_a_person_writes_and_the_report_says_so(
    tag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fed: list[str] = []

    class Counting(html_text._Text):
        def feed(self, data: str) -> None:
            fed.append(data)
            super().feed(data)

    monkeypatch.setattr(html_text, "_Text", Counting)
    page = "<p>Det brinner vid skolan</p>" + tag * 300_000 + "<p>Slut</p>"
    found = report(message(page, Content_Type="text/html; charset=utf-8"))
    assert max(each.count("<") for each in fed) <= html_text.MOST_TAGS
    assert len(fed) <= 2
    assert found.is_shortened
    assert found.body["text"].startswith("Klotter\n\nDet brinner vid skolan")
    assert found.body["text"].endswith("resten står i e-posten.]")
    assert "Slut" not in found.body["text"]


def test_a_long_page_of_a_person_is_read_whole() -> None:
    page = "<p>Det brinner</p>" * (html_text.MOST_TAGS // 2 - 1) + "<p>Slut"
    assert text_of_html(page).endswith("Slut")


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
