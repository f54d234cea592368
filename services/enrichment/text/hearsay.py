"""Whether the reporter saw it, or heard that somebody did."""

import re
from typing import Final

# fmt: off
_CHANNEL: Final = (
    r"(?:facebook\w*|fb|snap\w*|tiktok|insta\w*|flashback|whatsapp\w*|messenger|sociala medier|nätet|(?:köping|chatt|grupp)\w*"
    r"|social media|twitter|online)"
)
_TOLD: Final = (
    r"(?:läst|läste|såg|sett|står|stod|skrev|skriver|skrivs|skrivit|sprids|delas|hört|hörde|cirkulerar|lade ut|la ut|påstås|påstår|säger|sägs"
    r"|read|saw|see|heard|posted|wrote|written|says?|saying|claims?|shared)"
)
_HEARSAY: Final = re.compile(
    r"\b("
    r"(?:jag |vi )?har hört (?:att|av|om|ett|från|sägas|talas)|har hört|hört (?:att|ett rykte|rykten|av|talas|sägas|via)"
    r"|hörde (?:av|att (?:det|någon|nån|de|dom) (?:skulle|ska|hade))|enligt (?:rykten?|ryktet|hörsägen|uppgift från en)"
    r"|(?:någon|nån|folk|flera|en på jobbet) (?:skrev|skriver|har skrivit|lade ut|la ut|hade hört|pratar om att)"
    r"|(?:någon|nån|folk|flera|grannen?|kompis|man|de|dom|en|alla) påstår|påstås|ryktas|ryktet|rykten?"
    r"|det (?:sägs|snackas|pratas|viskas|skrivs|cirkulerar|sprids|delas|går ett meddelande)|(?:snackas|pratas|viskas) om"
    r"|sägs (?:att|vara|ha|ska)|(?:folk|alla) (?:säger|pratar)|säger (?:alla|folk)|någon sa(?:de)?|grannen sa(?:de)?"
    r"|kompis\w*(?: mamma| pappa)? (?:sa|sade|säger|berättade)|kompis till en|via via"
    r"|stämmer det|stämmer uppgift\w+|är det sant|n(?:ågon|ån) som vet|hörsägen|andrahandsuppgift(?:er)?"
    r"|inte sett (?:det )?själv|såg (?:det )?inte själv|jag vet inte om det (?:är sant|stämmer)"
    r"|rumou?rs?(?: has it)?|(?:someone|somebody|a friend|my friend|people|everybody|everyone|neighbou?rs?|my (?:neighbou?r|coworker)) "
    r"(?:(?:is|are) saying|told me|told us|said|says?|wrote|claims?|posted)|(?:they|people) (?:say|are saying) (?:that|there|on)"
    r"|(?:i|we)(?:'ve| have)? heard (?:that|from|a rumou?r|about|rumou?rs|there)|apparently|allegedly|supposedly"
    r"|is it true|is that (?:true|confirmed|right)|word is|did(?: not|n't) see it myself|second[- ]hand"
    rf"|{_TOLD}(?: \w+){{0,4}} (?:på|i|via|on|in) (?:en |ett |vår |a |the )?{_CHANNEL}"
    rf"|(?:på|i|via|on|in) (?:en |vår |our |the )?{_CHANNEL}(?: \w+)? {_TOLD}"
    r")\b"
)
# fmt: on
# What was heard with one's own ears is no hearsay.
_OWN_EARS: Final = re.compile(
    r"\b(?:hört|hörde|heard)(?: (?:att|that))? (?:en |ett |a |an |flera |två |tre |several |two |three )?"
    r"(?:\w+ )?(?:smäll\w*|skott\w*|skrik\w*|dunsar|explosion\w*|ljud|röster|brak\w*|glas\w*|gunshots?|shots?|screams?|bangs?|noise|explosions?|shouting)\b"
)


def hearsay_reason(text: str) -> str | None:
    """The words that show it is hearsay, as a reason; None when it reads as the reporter's own observation."""
    lowered = " ".join(text.casefold().split())
    told = list(_HEARSAY.finditer(lowered))
    if not told:
        return None
    own = [match.span() for match in _OWN_EARS.finditer(lowered)]
    for match in told:
        if not any(start < match.end() and match.start() < end for start, end in own):
            return f'återger andras uppgifter: "{match.group(1)}"'
    return None
