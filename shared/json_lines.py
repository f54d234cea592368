"""Reading a file of JSON objects, one a line, plain or .gz."""

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class BadJsonLines(ValueError):  # noqa: N818 - reads as a sentence where it is raised
    """One sentence: the file, the line, and what is wrong there."""


def read_json_lines(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each object with the number of its line; empty lines are passed over. Raises `BadJsonLines`."""
    opened = gzip.open if file.suffix == ".gz" else open
    try:
        with opened(file, "rt", encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield number, _object(f"{file}, line {number}", line)
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise BadJsonLines(
            f"{file} cannot be read ({error}): give a JSON Lines file, plain or .gz"
        ) from error


def _object(where: str, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise BadJsonLines(f"{where}: not JSON ({error.msg}, column {error.colno})") from error
    except (ValueError, RecursionError) as error:
        raise BadJsonLines(f"{where}: not JSON ({error})") from error
    if not isinstance(row, dict):
        raise BadJsonLines(f"{where}: a JSON object was expected")
    return row
