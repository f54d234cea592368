"""`vardkase`. Each command imports what it needs when it is called, so that --help answers at once."""

import sys

from deploy.cli.commands import app
from deploy.errors import CannotGoOn

INTERRUPTED = 130


def main() -> None:
    try:
        app()
    except CannotGoOn as reason:
        print(f"vardkase: {reason}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
