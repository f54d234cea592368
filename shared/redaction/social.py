"""Names that people go by in social media: @name, links to profiles, "snap: name", "heter name på insta", name#1234."""

import re
from collections.abc import Iterator
from typing import Final

import re2

from shared.redaction.spans import Reading, Span

_NAME: Final = r"[A-Za-z_][\w.-]{1,28}\w"
_AT_NAME: Final = re.compile(r"(?<![\w@./\ue000+-])@(?=[\w.]{0,29}[^\W\d_])\w(?:[\w.]{0,28}\w)")
_PLACES: Final = frozenset(
    [
        "@torget",
        "@stationen",
        "@centrum",
        "@skolan",
        "@parken",
        "@hamnen",
        "@jobbet",
        "@macken",
        "@campingen",
        "@badet",
        "@biblioteket",
        "@home",
        "@work",
        "@school",
        "@the",
        "@ica",
        "@coop",
        "@willys",
        "@krogen",
        "@busstationen",
        "@tågstationen",
        "@resecentrum",
        "@station",
        "@gymmet",
    ]
)

_PROFILE: Final = re.compile(
    r"(?<![\w.-])(?:[a-z]{1,3}\.)?(?:"
    r"(?:tiktok\.com|instagram\.com|facebook\.com|fb\.com|twitter\.com|x\.com|t\.me|telegram\.me|vk\.com|snapchat\.com/add|"
    r"snapchat\.com/u|twitch\.tv|threads\.net|kick\.com|discord\.com/users|linkedin\.com/in|reddit\.com/u(?:ser)?|flashback\.org/u)/|"
    r"youtube\.com/(?=@)|wa\.me/(?=\d)|messenger\.com/t/|m\.me/)"
    r"(profile\.php\?id=\d+|@?[\w.%-]{2,60})",
    re.IGNORECASE,
)
_PAGES: Final = frozenset(
    [
        "groups",
        "events",
        "watch",
        "tag",
        "p",
        "reel",
        "reels",
        "stories",
        "explore",
        "share",
        "sharer",
        "hashtag",
        "search",
        "i",
        "home",
        "marketplace",
        "story.php",
        "permalink.php",
        "photo",
        "photo.php",
        "photos",
        "videos",
        "video",
        "media",
        "pages",
        "legal",
        "help",
        "privacy",
        "about",
        "login",
        "joinchat",
        "s",
        "discover",
        "intent",
        "status",
    ]
)

_PLATFORM: Final = (
    r"(?:snapp?(?:chat)?|(?-i:tt)(?=:)|bluesky|mastodon|jodel|omegle|onlyfans|tinder|insta(?:gram)?|ig|tik ?tok|discord|telegram|kik|facebook|fb|messenger|twitter|steam|yubo|twitch|reddit|"
    r"youtube|threads|roblox|signal(?=:))"
)
_ACCOUNT: Final = r"(?:[- ]?(?:namnet|namn|kontot|konto|användaren|användare|användarnamn|account|username|user|nick|profilen|profil))?"
_SAID: Final = re.compile(
    rf"(?<!\w){_PLATFORM}{_ACCOUNT}(?P<joint>\s?[:=]\s?@?|\s-\s@?|\s(?:är|heter|is|namn|name)\s@?|\s@?)[\"']?(?P<name>{_NAME})",
    re.IGNORECASE,
)
_CALLED: Final = re.compile(
    rf"(?<!\w)(?P<verb>heter|kallas|kallar sig|called|goes by|är|is|as|användarnamn(?:et)?|username|nick(?:et|name)?)(?::| är| is)?"
    rf"\s[\"']?@?(?P<name>{_NAME})[\"']?\s(?:på|on|at)\s{_PLATFORM}(?!\w)",
    re.IGNORECASE,
)
_THERE: Final = re.compile(
    rf"(?<!\w)(?:på|on)\s{_PLATFORM}\s(?P<verb>heter|kallar|kallas|goes|är|is)\s?(?:han|hon|den|sig|dom|de|he|she|by)?\s[\"']?@?(?P<name>{_NAME})",
    re.IGNORECASE,
)
_USERNAME: Final = re.compile(
    rf"(?<!\w)(?:användarnamn(?:et)?|username|nick(?:et|name)?)(?:\s(?:är|is)|:)?\s[\"']?@?(?P<name>{_NAME})",
    re.IGNORECASE,
)
_SAYINGS: Final = (_SAID, _CALLED, _THERE, _USERNAME)
_ON_PLATFORM: Final = re.compile(rf"\s(?:på|on|at)\s{_PLATFORM}(?!\w)", re.IGNORECASE)
_ON: Final = re.compile(rf"(?<![\w@./])(?P<name>{_NAME})$")
NAMES_OF_PLACES: Final = ("snap", "insta", " ig ", "ig:", "ig @", "tok", "discord", "telegram", "kik", "facebook", "fb", "messenger", "twitter", "steam",
                 "yubo", "twitch", "reddit", "youtube", "threads", "roblox", "signal", "tt:", "bluesky", "mastodon", "jodel", "omegle", "onlyfans", "tinder", "användarn", "username", "nick")  # fmt: skip

REDDIT_SIGN: Final = "u/[a-z_]"
_REDDIT: Final = re.compile(r"(?<![\w./-])/?u/(?P<name>[A-Za-z_][\w-]{2,19})(?![\w/])", re.IGNORECASE)
_PLACE: Final = re2.compile(f"^ig |{'|'.join(map(re2.escape, NAMES_OF_PLACES))}")
_TAG: Final = re.compile(r"(?<![\w#.])[^\W\d][\w.]{1,30}#\d{4}(?!\w)")
_NO_TAG: Final = re.compile(
    r"(?:rum|sal|nr|dnr|ref|case|order|faktura|\w*ärende\w*|lgh|hus|bil|linje|bus|buss|plats|id)#",
    re.IGNORECASE,
)
_YEAR: Final = re.compile(r"#(?:19|20)\d\d$")
_MENTION: Final = re.compile(r"<@!?\d{15,20}>")

_PRONOUNS: Final = frozenset(
    ["han", "hon", "hen", "den", "sig", "dom", "de", "he", "she", "by", "they", "jag"]
)
_LOOKS_MADE_UP: Final = re.compile(r"(?=.*[\d_]).{4,}|[a-zåäö]+[A-Z].*")
_DOTTED: Final = re.compile(r"[a-z0-9_]+(?:\.[a-z0-9_]+)+")
_SOMEBODY: Final = re.compile(r"(?:^|[.!?\n]\s*|,\s|\b(?:av|från|är|hos|by|from|is)\s)[\"']?$", re.IGNORECASE)
_STRANGE: Final = re.compile(
    r"[a-z]{3,}(?:cool|boy|girl|gamer|king|queen|lord|kid|baby|noob|swag|gang|pro|god|[qwxz]|(?<![slrdntbivpk])y)"
)
_ORDINARY: Final = re.compile(
    r"(?i:postnord|youtube|tiktok|facetime|snapchat|facebook|mcdonalds?|whatsapp|instagram|linkedin)|cowboy|playboy|(?:dis|for|över|be|cit|es)play|show|view|fox|mix|box|bow|follow|baby|away|today"
)
_CAMEL: Final = re.compile(r"[A-ZÅÄÖ][a-zåäö]{2,}[A-ZÅÄÖ][a-zåäö]{2,}\d*")
_LONGEST_NAME: Final = 32
_ENDS_THERE: Final = re.compile(r"[\"']?\s*(?:[.,;!?)\n]|$)")


def profile_links(reading: Reading) -> Iterator[Span]:
    """The name in the address; posts, groups and searches stay."""
    if "/" in reading.text:
        for match in _PROFILE.finditer(reading.text):
            start, end = match.span(1)
            end -= len(match[1]) - len(match[1].rstrip(".-"))
            if match[1].lower().rstrip(".") not in _PAGES:
                yield Span(start, end, "social_handle")


def handles(reading: Reading) -> Iterator[Span]:
    text, lower = reading.text, reading.lower
    found: list[tuple[int, int]] = []
    if "@" in text:
        found += [match.span() for match in _AT_NAME.finditer(text) if match.group().lower() not in _PLACES]
        found += [match.span() for match in _MENTION.finditer(text)]
    if "u/" in lower:
        found += [match.span("name") for match in _REDDIT.finditer(text)]
    if "#" in text:
        found += [match.span() for match in _TAG.finditer(text) if _is_tag(match.group())]
    if _PLACE.search(lower):
        found += [
            match.span("name")
            for saying in _SAYINGS
            for match in saying.finditer(text)
            if _is_name(saying, match)
        ]
        found += _on_platforms(text)
    after = 0
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        if start >= after:
            yield Span(start, end, "social_handle")
            after = end


def _is_tag(written: str) -> bool:
    return not (_NO_TAG.match(written) or _YEAR.search(written))


def _is_name(saying: re.Pattern[str], match: re.Match[str]) -> bool:
    """A made-up word anywhere; an ordinary word only where nothing but a name is said."""
    name = match["name"]
    if name.lower() in _PRONOUNS:
        return False
    if _LOOKS_MADE_UP.fullmatch(name):
        return True
    if saying is _SAID:
        is_told = bool(match["joint"].strip())
        return is_told and (bool(_DOTTED.fullmatch(name)) or (":" in match["joint"] and _ends_there(match)))
    if saying in {_CALLED, _THERE}:
        return match["verb"].lower() not in {"är", "is", "as"} or bool(_DOTTED.fullmatch(name))
    return bool(_DOTTED.fullmatch(name))


def _on_platforms(text: str) -> Iterator[tuple[int, int]]:
    """“kalle_88 på roblox”; a word in small letters that ends as words do not, first in the sentence or as who did it."""
    for platform in _ON_PLATFORM.finditer(text):
        match = _ON.search(text, max(0, platform.start() - _LONGEST_NAME), platform.start())
        if (
            match
            and not _ORDINARY.fullmatch(match["name"])
            and (_is_made_up(match["name"]) or _is_strange(match))
        ):
            yield match.span("name")


def _is_made_up(name: str) -> bool:
    return any(shape.fullmatch(name) for shape in (_DOTTED, _LOOKS_MADE_UP, _CAMEL))


def _is_strange(match: re.Match[str]) -> bool:
    is_somebody = _SOMEBODY.search(match.string, max(0, match.start() - 12), match.start())
    return bool(is_somebody and _STRANGE.fullmatch(match["name"]))


def _ends_there(match: re.Match[str]) -> bool:
    return _ENDS_THERE.match(match.string, match.end("name")) is not None
