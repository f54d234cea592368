"""Whether what is told goes on as it is told: words for it, or verbs in the present tense that nothing takes back."""

from collections.abc import Mapping, Sequence
from typing import Final

from services.enrichment.text.phrases import Phrases, Plain
from services.enrichment.text.signs import Sign
from shared.categories import CategoryCode as C

NOW: Final = Sign(
    "pågår nu",
    Phrases.of(
        "just nu", "pågår", "pågående", r"nu(?! (?:igen|har|ska|är det (?:över|lugnt|slut)))", "fortfarande", "skynda", "kom (?:fort|snabbt|genast|hit)", "ring(?:er|t)? 112",
        "i detta nu", "i skrivande stund", "hjälp(?=!| oss| mig|$)", "är på väg (?:ut|hit|dit)", "right now", "ongoing", "still", "hurry", "as we speak", r"now(?! (?:closed|fixed|over|out))",
        "happening", "come quick", "please come", "send (?:someone|help|police|an ambulance)", "call an ambulance",
    ),
)  # fmt: skip
DOING: Final = Sign(
    "det pågår",
    Phrases.of(
        "brinner", "ryker", r"rök (?:ur|från|ut|kommer|väller)\b", "röken (?:väller|kommer|stiger|syns)", "lågor (?:ur|från|syns)", r"står i (?:full )?(?:låg\w*|brand)", "full brand", "brand pågår", "slåss",
        "slår(?! larm)", "sparkar", "sparkas", "skriker", "bråkar", "bankar", "kastar", "skjuter", "smäller", "jagar", "springer", "vinglar", "gråter", "blöder",
        "samlas", "har samlats", "drar sig mot", "håller på", "lastar", "klättrar", "rinner", "läcker", "sprider sig", "hotar(?= mig| oss| folk| med)", "följer efter", "vrålar", "gapar",
        "bryter sig in", "tar sig in", "försöker (?:bryta|ta|komma|stjäla|öppna|slå|tända)", "filmar", "fotar", "fotograferar", "känner på", "rycker i", "letar efter henne",
        r"går (?:runt|omkring|och) (?!på )", r"kör (?:omkring|runt|race|sakta|vingligt|åt fel|mot|i sicksack|bil)", "står (?:utanför|och|mitt|inne|utanför)", "sitter (?:fast\\w*|en|ensam|på|i|kvar|och)",
        r"ligger (?:utslagen|medvetslös|på marken|livlös|avsvimmad|kvar|still|en person|en man|en kvinna)", "rör sig inte", "svarar inte", "andas (?:inte|knappt)", "fastklämd", "fastklämda",
        "jag gömmer mig", r"(?:är|e) (?:någon|nån|en|flera|två|tre) (?:\w+ )?(?:inne|kvar|här|där|utanför)", "är kvar", "är inne", "är ute ensam\\w*", "hänger ut", "larmet går", "går larmet",
        r"hör (?:skrik|slag|hur|någon|nån|skott|en|rop|bråk)", r"ser (?:ljus|rök|lågor|eld|två|en|flera|någon|nån|hur|att)\b", "luktar (?:gas|rök|bränt)",
        "har (?:precis )?(?:svimmat|ramlat|trillat|fallit|kollapsat|segnat)", r"gått (?:genom|igenom|ner sig på) isen", "går inte att väcka", "i vaken",
        r"(?:is|are) (?:\w+ ){0,2}(?!missing|lacking|nothing|something|anything|parking|bullying|selling|dealing|saying|talking|spreading rumou?rs|going to|building|during|ceiling)\w{2,}ing",
        r"(?:someone|somebody|he|she|it|there|they)'(?:s|re) (?:\w+ ){0,4}(?!missing|nothing|something|going to)\w{2,}ing", r"can (?:see|hear)", r"i (?:see|hear)\b",
        r"(?:is|are) (?:trapped|inside|stuck|alone|unconscious|on fire|not breathing|bleeding|not moving)", r"(?:someone|somebody|people|kids|men|guys) (?:\w+ )?(?:inside|shouting|fighting|screaming)",
        r"there(?: is|'s) (?:a|an|some) (?:\w+ )?(?:fire|fight|man|guy|woman|person|car|dog|swan|boy|girl|kid|moose|child)", "on fire", r"(?:smoke|flames) (?:is |are )?(?:coming|pouring|from|out)",
        "cannot get out", "can't get out", "can't breathe", "seems (?:confused|lost|drunk)", "has (?:just )?(?:collapsed|fainted|fallen)", "collapsed",
    ),
)  # fmt: skip
_BEFORE_NOW: Final = Sign(
    "det har varit",
    Phrases.of(
        "igår", "i (?:går|förrgår|natt|morse|fjol|somras|måndags|tisdags|onsdags|torsdags|fredags|lördags|söndags|helgen|eftermiddags)", "inatt", "imorse", "i ?förrgår", "förra",
        "(?:timmar|timme|minuter|min|dagar|veckor|halvtimme) (?:sedan|sen)", "häromdagen", "yesterday", "last (?:night|week|month|weekend|monday|tuesday|wednesday|thursday|friday|saturday|sunday)",
        "ago", "this morning", "var det", "såg jag", "under natten", "på (?:mån|tis|ons|tors|fre|lör|sön)dagen",
    ),
    negatable=False,
)  # fmt: skip
_AS_A_HABIT: Final = Sign(
    "det brukar vara så",
    Phrases.of(
        "varje", "varenda", "ofta", "jämt", "alltid", "ibland", "brukar", "dagligen", "ständigt", r"(?:kvällarna|nätterna|helgerna|dagarna)", "flera gånger", "hela tiden", "every", "always", "often", "keeps?", "usually",
        "sometimes", "at night",
    ),
    negatable=False,
)  # fmt: skip
_IS_OVER: Final = Sign(
    "det är över",
    Phrases.of(
        r"är (?:nu )?(?:över|slut|släckt\w*|lugnt|under kontroll)", r"har (?:nu )?(?:gått(?! (?:genom|igenom|ner|sönder|på))|åkt|slutat|lugnat|lämnat|försvunnit|stuckit|släckts)", "släckte", "lugnat ner sig", "slocknat", "falskt? larm", "falsklarm",
        "det var bara", "visade sig", "missförstånd", "ingen fara", "övning", "drill", r"(?:is|was) (?:over|out)", "has stopped", r"(?:have|has) (?:left|gone|stopped)", "but left", "turned out", "false alarm",
        r"(?:återfunn|välbehåll)\w*", "är hittad", "hittades", r"(?:hemma|back) (?:igen|home)", "went out", "came home",
    ),
    negatable=False,
)  # fmt: skip
_IS_AHEAD: Final = Sign(
    "det är tänkt",
    Phrases.of(r"ska (?!ha\b)\w+", "kommer att", "imorgon", "i morgon", "på (?:mån|tis|ons|tors|fre|lör|sön)dag", "tomorrow", "will", "going to"),
    negatable=False,
)  # fmt: skip

SIGNS: Final = (NOW, DOING, _BEFORE_NOW, _AS_A_HABIT, _IS_OVER, _IS_AHEAD)
_NOT_OF_DOINGS: Final = frozenset({C.RUMOUR, C.OTHER, C.UNSAFE_PLACE, C.FRAUD, C.DEATH})
_TAKES_BACK_DOING: Final = (_BEFORE_NOW, _AS_A_HABIT)


def going_on(
    text: Plain, category: C, starts: Mapping[str, Sequence[int]], *, second_hand: bool
) -> str | None:
    """The words that say that it goes on. A verb alone says it only of what one sees oneself, and of no habit."""

    def said(sign: Sign) -> str | None:
        return sign.found_in(text, starts[sign.means]) if sign.means in starts else None

    if said(_IS_OVER):
        return None
    if now := said(NOW):
        return now
    doing = said(DOING)
    if doing is None or category in _NOT_OF_DOINGS or second_hand:
        return None
    return None if any(said(sign) for sign in _TAKES_BACK_DOING) else doing
