"""What is sealed opens with its own key, for its own report, and for nothing else."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.submission import Contact
from services.intake.settings import IntakeSettings
from services.intake.vault import MasterKeys, UnknownMasterKey, Vault, Words, Wrapped, WrongMasterKeyError
from services.intake.vault_keys import BadKeyFile, new_key_ring, open_vault, read_key_ring, write_key_ring
from shared.identity import new_id

WORDS = Words("Kim på Storgatan 3 slog mig.", "Storgatan 3")
KIM = Contact(name="Kim Exempel", email="kim@exempel.se", phone="070-174 06 05")
NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)


def keys(*names: str) -> MasterKeys:
    return MasterKeys(names[-1], {name: os.urandom(32) for name in names})


@given(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.none() | st.text(st.characters(exclude_categories=["Cs"])),
)
def test_what_was_sealed_comes_out_as_it_was(text: str, place: str | None) -> None:
    vault, report_id = Vault(keys("a")), new_id()
    sealed = vault.seal(report_id, Words(text, place), None)
    assert vault.open_words(report_id, sealed.key, sealed.words) == Words(text, place)
    assert sealed.contact is None


def test_nothing_can_be_read_in_what_is_kept_and_the_same_words_look_different_each_time() -> None:
    vault, report_id = Vault(keys("a")), new_id()
    first, again = (vault.seal(report_id, WORDS, KIM) for _ in range(2))
    assert first.contact is not None
    assert vault.open_contact(report_id, first.key, first.contact) == KIM
    kept = first.words + first.contact + first.key.wrapped
    for secret in ("Kim", "Storgatan", "exempel.se", "174 06"):
        assert secret.encode() not in kept
    assert first.words != again.words
    assert first.key.wrapped != again.key.wrapped


def test_what_belongs_to_one_report_or_part_opens_as_no_other() -> None:
    vault, report_id, other = Vault(keys("a")), new_id(), new_id()
    sealed = vault.seal(report_id, WORDS, KIM)
    assert sealed.contact is not None
    for whose, moved in (
        (other, sealed.words),
        (report_id, sealed.contact),
        (report_id, b"\x01" + sealed.words[1:-1] + b"\x00"),
        (report_id, b"\x02" + sealed.words[1:]),
    ):
        with pytest.raises(WrongMasterKeyError):
            vault.open_words(whose, sealed.key, moved)


def test_a_data_key_opens_with_the_master_key_it_was_wrapped_by_and_is_wrapped_anew() -> None:
    old = keys("old")
    sealed = Vault(old).seal(report_id := new_id(), WORDS, None)
    both = MasterKeys("new", {**old.keys, "new": os.urandom(32)})
    moved = Vault(both).rewrap(report_id, sealed.key)
    assert moved.master_key == "new"
    new_alone = Vault(replace(both, keys={"new": both.keys["new"]}))
    assert new_alone.open_words(report_id, moved, sealed.words) == WORDS
    with pytest.raises(UnknownMasterKey):
        new_alone.open_words(report_id, sealed.key, sealed.words)
    with pytest.raises(WrongMasterKeyError):
        Vault(keys("old")).open_words(report_id, sealed.key, sealed.words)
    with pytest.raises(WrongMasterKeyError):
        Vault(both).open_words(report_id, Wrapped("new", sealed.key.wrapped), sealed.words)


def test_a_key_made_meanwhile_is_read_when_it_is_met() -> None:
    old = keys("old")
    both = MasterKeys("new", {**old.keys, "new": os.urandom(32)})
    sealed = Vault(both).seal(report_id := new_id(), WORDS, None)
    assert Vault(old, reread=lambda: both).open_words(report_id, sealed.key, sealed.words) == WORDS


def test_the_key_file_is_its_owners_alone_and_says_when_it_is_lacking_or_broken(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    settings = IntakeSettings(master_keys_file=path)
    with pytest.raises(BadKeyFile, match="There is no file of master keys"):
        open_vault(settings)
    ring = new_key_ring(NOW)
    write_key_ring(path, ring)
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_key_ring(path) == ring
    write_key_ring(path, grown := ring.with_new(NOW))
    assert read_key_ring(path).current == grown.current != ring.current
    assert read_key_ring(path).without(ring.current).kept.keys() == {grown.current}
    for broken in ("", "[]", '{"current": "a", "keys": {"a": {"key": "c2hvcnQ=", "made_at": "2026-11-23"}}}'):
        path.write_text(broken)
        with pytest.raises(BadKeyFile, match="is not what"):
            open_vault(settings)
    path.write_text('{"current": "a", "keys": {}}')
    with pytest.raises(BadKeyFile, match="lacks its current key"):
        open_vault(settings)
