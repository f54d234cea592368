"""Whether the reporter saw it, or heard that somebody did."""

import re
from collections.abc import Iterable
from typing import Final

from services.enrichment.text.phrases import Phrases, Plain

# fmt: off
_CHANNEL: Final = (
    r"(?:facebook\w*|fb|snap\w*|tiktok|insta\w*|flashback|whatsapp\w*|messenger|sociala medier|nätet|(?:köping|chatt|grupp)\w*"
    r"|social media|twitter|online)"
)
_TOLD: Final = (
    r"(?:läst|läste|såg|sett|står|stod|skrev|skriver|skrivs|skrivit|sprids|delas|hört|hörde|cirkulerar|lade ut|la ut|påstås|påstår|säger|sägs"
    r"|read|saw|see|heard|posted|wrote|written|says?|saying|claims?|shared)"
)
_SAID: Final = r"(?:(?:is|are) saying|told me|told us|said|says?|wrote|claims?|posted)"
_OTHERS: Final = r"(?:granne|grannar|kompis|kompisar|vän|vänner|väninna|kollega|kollegor|arbetskamrat|bekant|klasskamrat|svåger|kusin|faster|moster)"
_SAYS: Final = r"(?:sa|sade|säger|berätta(?:r|de|t)|påstår|påstod|hörde|läste|har (?:hört|läst|sagt)|hade (?:hört|läst|sett))\b"
_FRIENDS: Final = r"(?:friend|neighbou?r|colleague|coworker|classmate|cousin)"
_HEARD: Final = r"heard (?:that|from|a rumou?r|about|rumou?rs|there)"
PHRASES: Final = Phrases.of(
    r"(?:jag |vi )har hört (?:att|av|om|ett|från|sägas|talas)", r"har hört (?:att|av|om|ett|från|sägas|talas)", "har hört(?! av (?:sig|mig|henne|honom|dem|er))",
    r"hört (?:att|ett rykte|rykten|av(?! (?:sig|mig|henne|honom|dem|er))|talas|sägas|via)", r"hörde (?:av|att (?:det|någon|nån|de|dom) (?:skulle|ska|hade))",
    rf"enligt (?:rykten?|ryktet|hörsägen|uppgift|folk|alla|många|grann\w*|(?:en|min|mina) (?:granne|grannar|kompis|kompisar|kollega|vän|bekant)|{_CHANNEL})", "uppges",
    rf"(?:min|mina|en|ens|vår|våra|hans|hennes|någon) {_OTHERS} {_SAYS}", rf"(?:grannen|grannarna|kompisen|kollegan|arbetskamraten) {_SAYS}",
    r"(?:ska|skall|lär) (?:\w+ )?(?:ha|vara) (?:blivit|varit|\w+(?:it|ats|its|gits)\b)", "tydligen", r"går runt (?:på|att|ett rykte|rykten)", "sägs det", r"säger (?:de|dom|man|grannen)",
    rf"according to (?:people|rumou?rs|everyone|a |my |the )?(?:neighbou?rs?|friends?|colleagues?|{_CHANNEL})?", "word on the street", r"(?:i was|we were|been) told(?! to)", rf"(?:a|my|his|her) {_FRIENDS} {_SAID}",
    rf"(?:a|my) {_FRIENDS} of (?:my|mine|our|his|her)(?: \w+)? {_SAID}",
    r"(?:någon|nån|folk|flera|en på jobbet) (?:skrev|skriver|har skrivit|lade ut|la ut|hade hört|pratar om att)",
    r"(?:någon|nån|folk|flera|grannen?|kompis|man|de|dom|en|alla) påstår", "påstås", "ryktas", "ryktet", "rykten?",
    r"det (?:sägs|snackas|pratas|viskas|skrivs|cirkulerar|sprids|delas|går ett meddelande)", r"(?:snackas|pratas|viskas) om",
    r"sägs (?:att|vara|ha|ska)", r"(?:folk|alla) (?:säger|pratar)", r"säger (?:alla|folk)", r"någon sa(?:de)?", r"grannen sa(?:de)?",
    r"kompis\w*(?: mamma| pappa)? (?:sa|sade|säger|berättade)", "kompis till en", "via via",
    "stämmer det", r"stämmer uppgift\w+", "är det sant", r"(?:någon|nån) som vet", "hörsägen", r"andrahandsuppgift(?:er)?",
    r"inte sett (?:det )?själv", r"såg (?:det )?inte själv", r"jag vet inte om det (?:är sant|stämmer)",
    r"rumou?rs?(?: has it)?", rf"(?:someone|somebody|a friend|my friend|people|everybody|everyone|neighbou?rs?) {_SAID}",
    rf"my (?:neighbou?r|coworker) {_SAID}", r"(?:they|people) (?:say|are saying) (?:that|there|on)",
    rf"(?:i|we)'ve {_HEARD}", rf"(?:i|we) have {_HEARD}", rf"(?:i|we) {_HEARD}", "apparently", "allegedly", "supposedly",
    "is it true", r"is that (?:true|confirmed|right)", "word is", r"did(?: not|n't) see it myself", r"second[- ]hand",
    rf"{_TOLD}(?: \w+){{0,4}} (?:på|i|via|on|in) (?:en |ett |vår |a |the )?{_CHANNEL}",
    rf"(?:på|i|via|on|in) (?:en |vår |our |the )?{_CHANNEL}(?: \w+)? {_TOLD}",
)
# fmt: on
_DENIED: Final = re.compile(r"\b(?:aldrig|inte|ej|ingen|inga|never|not|haven't)(?: \w+)? $")
_LONGEST_DENIAL: Final = 24
# What somebody said that he himself will do was said to the reporter.
_OWN_WORDS: Final = re.compile(
    r"(?: till (?:mig|oss))?(?: att| that)? (?:han|hon|de|dom|he|she|they)(?:'ll|'d| ska\b| skulle| kommer| tanker| vill| will| would| is going| wants)"
)
# What was heard with one's own ears is no hearsay.
_OWN_EARS: Final = re.compile(
    r"\b(?:hort|horde|heard)(?: (?:att|that|about|ungefar|ca))? (?:en |ett |a |an |flera |tva |tre |fyra |fem |sex |several |two |three |four |five |six )?"
    r"(?:\w+ )?(?:smäll\w*|skott\w*|skrik\w*|dunsar|explosion\w*|ljud|roster|brak\w*|glas\w*|gunshots?|shots?|screams?|bangs?|noise|explosions?|shouting)\b"
)


def hearsay_reason(text: Plain, starts: Iterable[int]) -> str | None:
    """The words that show it is hearsay, as a reason; None when it reads as the reporter's own observation.

    `starts`: where the phrases may begin.
    """
    told = list(PHRASES.found_in(text.folded, starts))
    if not told:
        return None
    own = [match.span() for match in _OWN_EARS.finditer(text.folded)]
    for match in told:
        denied = _DENIED.search(text.folded, max(0, match.start() - _LONGEST_DENIAL), match.start())
        if denied or _OWN_WORDS.match(text.folded, match.end()):
            continue
        if not any(start < match.end() and match.start() < end for start, end in own):
            return f'återger andras uppgifter: "{text.quote(match)}"'
    return None
