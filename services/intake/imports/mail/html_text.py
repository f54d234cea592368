"""The text of an HTML message, without what it quotes."""

import re
from html.parser import HTMLParser
from itertools import islice
from typing import Final

# Far more than a mail program makes of what a person writes.
MOST_TAGS: Final = 20_000
_SILENT: Final = frozenset({"style", "script", "head", "title", "template", "svg", "noscript"})
_BREAKS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tr",
        "ul",
    ]
)
_VOID: Final = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)
_QUOTES: Final = frozenset({"gmail_quote", "yahoo_quoted", "moz-cite-prefix", "protonmail_quote"})
_QUOTE_IDS: Final = frozenset({"divRplyFwdMsg", "appendonsend", "mail-editor-reference-message-container"})


class _Text(HTMLParser):
    def __init__(self, *, quotes: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._quotes = quotes
        self._hidden: list[str] = []
        self._rest_is_quoted = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if self._hidden:
            if tag == self._hidden[-1] and tag not in _VOID:
                self._hidden.append(tag)
            return
        told = dict(attributes)
        if not self._quotes and told.get("id") in _QUOTE_IDS:
            self._rest_is_quoted = True  # Outlook puts the quoted message beside this mark, not inside it
        if tag in _SILENT or _is_invisible(tag, told) or (not self._quotes and _is_quote(tag, told)):
            self._hidden = [tag]
        elif tag in _BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._hidden:
            if tag == self._hidden[-1]:
                self._hidden.pop()
        elif tag in _BREAKS:
            self.parts.append("\n")
        elif tag in {"td", "th"}:
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._hidden and not self._rest_is_quoted:
            self.parts.append(re.sub(r"\s+", " ", data))


def bounded(html: str) -> tuple[str, bool]:
    """What is read of a page, and whether that is all. The time it takes to read goes by its tags."""
    last = next(islice(re.finditer("<", html), MOST_TAGS, None), None)
    return (html, True) if last is None else (html[: last.start()], False)


def text_of_html(html: str, *, quotes: bool = False) -> str:
    """Of the beginning, if it has more than `MOST_TAGS` tags. `quotes`: with the message that is answered or passed on."""
    html, _ = bounded(html)
    reader = _Text(quotes=quotes)
    reader.feed(html)
    reader.close()
    lines = [" ".join(line.split()) for line in "".join(reader.parts).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _is_invisible(tag: str, told: dict[str, str | None]) -> bool:
    style = re.sub(r"\s", "", told.get("style") or "").casefold()
    return tag not in _VOID and ("hidden" in told or "display:none" in style or "mso-hide:all" in style)


def _is_quote(tag: str, told: dict[str, str | None]) -> bool:
    classes = set((told.get("class") or "").split())
    return bool(classes & _QUOTES) or (tag == "blockquote" and told.get("type") == "cite")
