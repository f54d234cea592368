"""Whether the reporter saw it, or heard that somebody did."""

import re
from typing import Final

_HEARSAY: Final = re.compile(
    r"\b("
    r"(?:jag |vi )?har hört (?:att|av|om|ett|från|sägas|talas)|hört (?:att|ett rykte|rykten|av|talas|sägas)|har hört"
    r"|hörde (?:av|att (?:det|någon|nån|de|dom) (?:skulle|ska|hade))|enligt (?:rykten?|ryktet|hörsägen|uppgift från en)"
    r"|(?:någon|nån|de|dom|en|folk|flera) (?:skrev|skriver|har skrivit|lade ut|la ut|påstår|hade hört|pratar om att)"
    r"|(?:det|de) (?:sägs|påstås|ryktas|snackas|pratas|viskas|skrivs|cirkulerar|sprids|delas)|påstås|ryktas|ryktet|rykten?"
    r"|sägs (?:att|vara|ha|ska)|folk säger|alla säger|alla pratar|någon sa(?:de)?|grannen sa(?:de)?|kompis(?:en)? (?:sa|berättade)"
    r"|(?:på|i|via) (?:facebook|fb|snap(?:chat)?|tiktok|instagram|insta|flashback|whatsapp|messenger|sociala medier|nätet"
    r"|facebookgruppen|gruppen|gruppchatten|köpinggruppen)|läste (?:på|i|att|om)|stämmer det|är det sant|någon som vet"
    r"|hörsägen|andrahandsuppgift(?:er)?|inte sett (?:det )?själv|såg (?:det )?inte själv"
    r"|rumou?rs?(?: has it)?|(?:someone|somebody|a friend|my friend|people|they|neighbou?rs?|my neighbou?r) (?:told me|told us|said|says?|wrote|claims?)"
    r"|(?:i|we)(?:'ve| have)? heard (?:that|from|a rumou?r|about|rumou?rs|there)|i heard (?:that|from)|apparently|allegedly|supposedly"
    r"|is it true|word is|on (?:facebook|tiktok|snapchat|instagram|social media)|did(?: not|n't) see it myself|second[- ]hand"
    r")\b"
)
# What was heard with one's own ears is no hearsay.
_OWN_EARS: Final = re.compile(
    r"\b(?:hört|hörde|heard)(?: (?:att|that))? (?:en |ett |a |an |flera |två |tre |several |two |three )?"
    r"(?:\w+ )?(?:smäll\w*|skott\w*|skrik\w*|dunsar|explosion\w*|ljud|röster|brak\w*|glas\w*|gunshots?|shots?|screams?|bangs?|noise|explosions?|shouting)\b"
)


def hearsay_reason(text: str) -> str | None:
    """The words that show it is hearsay, as a reason; None when it reads as the reporter's own observation."""
    lowered = " ".join(text.casefold().split())
    own = [match.span() for match in _OWN_EARS.finditer(lowered)]
    for match in _HEARSAY.finditer(lowered):
        if not any(start < match.end() and match.start() < end for start, end in own):
            return f'återger andras uppgifter: "{match.group(1)}"'
    return None
