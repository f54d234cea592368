"""The look that every page shares: `base.css` with colours, type, spacing, fields, messages, dark mode and print."""

from pathlib import Path
from typing import Final

STYLES_FOLDER: Final = Path(__file__).parent
