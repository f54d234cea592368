import gzip
from pathlib import Path

import pytest

from shared.json_lines import BadJsonLines, read_json_lines


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz"])
def test_objects_come_with_the_numbers_of_their_lines(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"rows{suffix}"
    written = '\ufeff{"a": 1}\n\n{"a": "å"}'.encode()
    file.write_bytes(gzip.compress(written) if suffix.endswith(".gz") else written)

    assert list(read_json_lines(file)) == [(1, {"a": 1}), (3, {"a": "å"})]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("rows.jsonl", b"{}\n{broken\n", r"rows.jsonl, line 2: not JSON \(.*, column 2\)$"),
        ("rows.jsonl", b"{}\n" + b"[" * 100_000, "rows.jsonl, line 2: not JSON"),
        ("rows.jsonl", b"{}\n\n[1]\n", "rows.jsonl, line 3: a JSON object was expected"),
        ("rows.jsonl", b'{"a": "\xff"}\n', "rows.jsonl cannot be read"),
        ("rows.jsonl.gz", b'{"a": 1}\n', "rows.jsonl.gz cannot be read"),
        ("rows.jsonl.gz", gzip.compress(b'{"a": 1}\n' * 1000, mtime=0)[:40], "rows.jsonl.gz cannot be read"),
        (
            "rows.jsonl.gz",
            gzip.compress(b"{}\n", mtime=0)[:10] + b"\xff\xff\xff\xff",
            "rows.jsonl.gz cannot be read",
        ),
    ],
)
def test_what_is_wrong_is_one_sentence(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(BadJsonLines, match=says) as fault:
        list(read_json_lines(file))
    assert "\n" not in str(fault.value)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadJsonLines, match="cannot be read"):
        list(read_json_lines(tmp_path / "none.jsonl"))
