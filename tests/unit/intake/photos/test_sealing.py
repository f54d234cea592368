import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.photos.sealing import (
    PIECE_BYTES,
    About,
    BrokenError,
    Reference,
    content_length,
    open_span,
    open_whole,
    seal,
    sealed_length,
    sealed_span,
)
from shared.identity import new_id


def reference() -> Reference:
    return Reference(new_id(), os.urandom(32))


@given(
    st.sampled_from(
        [1, 100, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES, 3 * PIECE_BYTES + 7]
    ),
    st.data(),
)
def test_any_part_opens_from_its_own_pieces_alone(length: int, data: st.DataObject) -> None:
    key, content = reference(), os.urandom(length)
    sealed = seal(key, content)
    assert (len(sealed), content_length(len(sealed))) == (sealed_length(length), length)
    start = data.draw(st.integers(0, length - 1))
    end = data.draw(st.integers(start + 1, length))
    first, last = sealed_span(start, end, length)
    assert open_span(key, sealed[first:last], start, end, length) == content[start:end]


@pytest.mark.parametrize("length", [10, 2 * PIECE_BYTES, 2 * PIECE_BYTES + 5])
def test_what_was_cut_changed_or_put_in_another_order_does_not_open(length: int) -> None:
    key = reference()
    sealed = seal(key, os.urandom(length))
    piece = PIECE_BYTES + 16
    tampered = [
        sealed[:-1],
        sealed[:piece] if len(sealed) > piece else b"",
        bytes([sealed[0] ^ 1]) + sealed[1:],
        sealed[piece : 2 * piece] + sealed[:piece] + sealed[2 * piece :]
        if len(sealed) > piece
        else sealed[::-1],
        sealed + sealed[-20:],
    ]
    for each in tampered:
        with pytest.raises(BrokenError):
            open_whole(key, each)


def test_another_photos_key_or_name_opens_nothing() -> None:
    key = reference()
    sealed = seal(key, b"a picture")
    for other in (Reference(new_id(), key.key), Reference(key.photo_id, os.urandom(32))):
        with pytest.raises(BrokenError):
            open_whole(other, sealed)


def test_a_reference_reads_what_it_wrote_and_nothing_else() -> None:
    key = reference()
    assert Reference.read(key.text) == key
    assert key.key.hex() not in repr(key)
    for text in ("", "x" * 64, "å" * 64, key.text[:-1], key.text + "A", "=" * 64):
        found = Reference.read(text)
        assert found is None or found.text == text


@given(st.text(max_size=80))
def test_whatever_a_page_brings_is_read_or_not(text: str) -> None:
    assert Reference.read(text) is None or len(text) == 64


def test_what_is_known_of_a_photo_is_read_as_it_was_written() -> None:
    about = About(b"\x01" * 32, 2048, 1536, 20_000, 700_000)
    found, start = About.read(about.written + b"thumbnail")
    assert (found, (about.written + b"thumbnail")[start:]) == (about, b"thumbnail")
