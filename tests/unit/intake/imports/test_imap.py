"""An IMAP folder over a real socket: what is in is marked or moved, and nothing else."""

from typing import Any

import pytest

from services.intake.imports.mail.imap import ImapFolder, Security, unread
from services.intake.imports.mail.message import MAX_MESSAGE_BYTES
from services.intake.imports.table import Unreadable
from tests.support.imap import Mailbox, served_mailbox


def folder(port: int, **more: Any) -> ImapFolder:
    values = {
        "host": "127.0.0.1",
        "user": "trygg",
        "password": "secret",
        "port": port,
        "security": Security.NONE,
    }
    return ImapFolder(**{**values, **more})


def three() -> Mailbox:
    return Mailbox({"INBOX": {number: f"Subject: {number}\r\n\r\nHej".encode() for number in (3, 5, 8)}})


def test_reading_marks_nothing_and_what_is_done_is_marked_as_read() -> None:
    box = three()
    with served_mailbox(box) as port:
        with unread(folder(port)) as messages:
            first, *rest = list(messages)
            assert not box.flags
            assert (first.content, len(rest)) == (b"Subject: 3\r\n\r\nHej", 2)
            first.done()
            rest[0].aside()
        with unread(folder(port)) as messages:
            assert [each.name for each in messages] == ["message 5", "message 8"]
    assert box.flags == {3: {"\\Seen"}}
    assert box.said[-1] == "LOGOUT"


@pytest.mark.parametrize("capabilities", ["IMAP4rev1 UIDPLUS", "IMAP4rev1 MOVE"])
def test_what_is_done_or_skipped_is_moved_where_that_was_asked_for(capabilities: str) -> None:
    box = three()
    box.capabilities = capabilities
    box.folders |= {"Inl&AOQ-st": {}, "&AMU-t sidan": {}}
    with (
        served_mailbox(box) as port,
        unread(folder(port, moved_to="Inläst", aside_to="Åt sidan")) as messages,
    ):
        for number, message in enumerate(messages):
            (message.done if number else message.aside)()
    assert [sorted(each) for each in box.folders.values()] == [[], [5, 8], [3]]


def test_a_message_that_is_too_large_is_not_fetched() -> None:
    box = Mailbox({"INBOX": {1: b"x" * (MAX_MESSAGE_BYTES + 1)}})
    with served_mailbox(box) as port, unread(folder(port)) as messages:
        assert len(next(messages).content) > MAX_MESSAGE_BYTES
    assert not any("BODY" in command for command in box.said)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"password": "wrong"}, "AUTHENTICATIONFAILED"),
        ({"folder": "Borta"}, "can't be opened"),
        ({"folder": "a\r\nLOGOUT"}, "no name of a folder"),
        ({"security": Security.TLS}, "does not do as asked"),
        ({"port": 1}, "does not do as asked"),
    ],
)
def test_what_goes_wrong_is_one_sentence(more: dict[str, Any], words: str) -> None:
    with (
        served_mailbox(three()) as port,
        pytest.raises(Unreadable, match=words),
        unread(folder(**{"port": port, **more})),
    ):
        pass


def test_a_folder_that_is_not_there_leaves_the_message_where_it_is() -> None:
    box = three()
    with (
        served_mailbox(box) as port,
        pytest.raises(Unreadable, match="copied"),
        unread(folder(port, moved_to="Borta")) as messages,
    ):
        next(messages).done()
    assert sorted(box.folders["INBOX"]) == [3, 5, 8]
