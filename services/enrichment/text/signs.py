"""The words, Swedish and English, that make a matter graver or lighter than its category says."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from services.enrichment.text.phrases import Phrases
from shared.categories import CategoryCode as C

_NEGATED: Final = re.compile(
    r"\b(?:ingen|inga|inget|inte|utan|aldrig|ej|varken|no|not|nobody|without|never)(?: \w+){0,3} ?$"
)


@dataclass(frozen=True, slots=True)
class Sign:
    """`step`: how many levels; `only`, `never`: categories it concerns or not; `negatable`: "ingen kniv" takes it back."""

    means: str
    phrases: Phrases
    step: int = 1
    only: frozenset[C] = frozenset()
    never: frozenset[C] = frozenset()
    negatable: bool = True

    def concerns(self, category: C) -> bool:
        return category not in self.never and (not self.only or category in self.only)

    def found_in(self, words: str, starts: Iterable[int]) -> str | None:
        """What is said of it in a text that is in lower case and has single spaces. `starts`: where it may begin."""
        for match in self.phrases.found_in(words, starts):
            if not (self.negatable and _NEGATED.search(words[: match.start()])):
                return match.group()
        return None


_PEOPLE_AT_RISK: Final = frozenset({C.FIRE, C.ACCIDENT, C.ENVIRONMENT, C.EXPLOSION_SHOOTING})
_MILD_WORDS_ARE_THE_MATTER: Final = frozenset({C.RUMOUR, C.OTHER, C.DEATH})
_ARMED_ANYWAY: Final = frozenset({C.WEAPONS, C.EXPLOSION_SHOOTING, C.FRAUD, C.THEFT, C.OTHER, C.ANIMAL})

ONGOING: Final = Sign(
    "pågår nu",
    Phrases.of(
        "just nu", "pågår", "pågående", "nu", "fortfarande", "är kvar", "brinner", "står i (?:full )?låg\\w*", "slåss",
        "skynda", "precis", "nyss", "håller på", "rings? 112", "ser (?:två|en|flera|någon|nån)\\b", "springer",
        "right now", "ongoing", "still", "is burning", "are burning", "on fire", "are fighting", "hurry", "just now", "happening",
    ),
)  # fmt: skip
MINOR: Final = Sign(
    "barn eller ungdom berörs",
    Phrases.of(
        "barn(?:en|et|s)?", "småbarn\\w*", "bebis\\w*", "spädbarn\\w*", "flick(?:a|an|or|orna)", "pojk(?:e|en|ar|arna)",
        "elev(?:en|er|erna)?", "ungdom(?:ar|arna|en|s\\w*)?", "tonåring\\w*", "tonårs\\w*", "ung(?:en|ar|arna|e)", "kidsen",
        "förskol\\w*", "dagis\\w*", "lågstadi\\w*", "mellanstadi\\w*", "högstadi\\w*", "skolbarn\\w*", "minderårig\\w*",
        "(?:min|vår) (?:son|dotter)", "mina barn", "(?:[1-9]|1[0-7])[ -]?(?:år(?:ig|ing)?\\w*|åring\\w*)", "tonårig\\w*",
        "child(?:ren)?", "kids?", "bab(?:y|ies)", "toddlers?", "teen(?:s|ager|agers|age)?", "youths?", "pupils?", "students?",
        "(?:my|our) (?:son|daughter)", "boys?", "girls?", "(?:[1-9]|1[0-7])[ -]years?[ -]old", "minors?",
    ),
    negatable=False,
)  # fmt: skip

RAISING: Final = (
    Sign(
        "livsfara eller död",
        Phrases.of(
            "dör", "döende", "livlös\\w*", "medvetslös\\w*", "andas inte", "ingen puls", "hjärtstopp", "drunkn\\w*",
            "livshotande", "livsfara", "skottskad\\w*", "knivhugg\\w*", "huggen", "hugg(?:its|en) med kniv", "strypgrepp",
            "blöder kraftigt", "mycket blod", "svarar inte på tilltal", "gått igenom isen", "i vaken", "ta(?:r|ga)? (?:livet av sig|sitt liv)",
            "vill dö", "inte (?:vill|orkar) leva", "dying", "unconscious", "not breathing", "isn't breathing", "stabbed", "shot at",
            "lots of blood", "bleeding heavily", "drowning", "kill (?:him|her|my)self", "killing (?:him|her)self", "suicid\\w*", "wants? to die",
        ),
        step=2,
        never=frozenset({C.DEATH, C.RUMOUR, C.ANIMAL}),
        negatable=False,
    ),
    Sign(
        "vapen",
        Phrases.of(
            "kniv(?:ar|en)?", "pistol\\w*", "vapen", "gevär\\w*", "yx(?:a|or|an)", "machete\\w*", "revolver\\w*", "beväpna\\w*",
            "svärd", "basebollträ\\w*", "tillhyggen?", "järnrör", "knogjärn", "skjut(?:er|it|na)", "sköt",
            "kni(?:fe|ves)", "guns?", "pistols?", "weapons?", "axes?", "rifles?", "machetes?", "armed", "knifepoint", "gunpoint",
        ),
        never=_ARMED_ANYWAY,
    ),
    Sign(
        "någon är skadad",
        Phrases.of(
            "skadad\\w*", "skadats", "påkörd\\w*", "körde på en (?:cyklist|gångare|fotgängare|person)", "skador", "blöder", "blod(?:ig|iga|et)?", "ambulans\\w*", "brut(?:en|it|na)", "hjärnskakning",
            "brännskad\\w*", "klämd\\w*", "avsvimmad", "svimma(?:r|t|de)?", "injur(?:ed|y|ies)", "hurt", "bleeding", "wounded", "ambulance",
            "broken (?:leg|arm|hip|bone)s?", "trapped", "collapsed",
        ),
        never=frozenset({C.OTHER, C.RUMOUR, C.ENVIRONMENT, C.VANDALISM}),
    ),
    Sign(
        "människor kan vara i fara",
        Phrases.of(
            "(?:barn|folk|personer|människor|någon|nån|djuren?|gamla|boende) (?:är |finns |kan vara )?(?:kvar|instängda?|där) ?inne",
            "kvar inne", "instängd\\w*", "fastklämd\\w*", "höghus\\w*", "flerfamiljshus\\w*", "äldreboende\\w*", "sjukhus(?:et)?",
            "förskol\\w*", "trapphus(?:et)?", "lägenhet(?:en)?", "gasläck\\w*", "gasflask\\w*", "gastub\\w*",
            "people (?:are )?(?:still )?inside", "still inside", "trapped", "apartment", "flats?", "stairwell", "nursing home", "gas leak",
        ),
        only=frozenset({C.FIRE, C.EXPLOSION_SHOOTING}),
    ),
    Sign(
        "det sprider sig",
        Phrases.of(
            "sprid(?:er|it) sig", "sprids mot", "sprider", "tagit fäste", "hela (?:huset|längan|taket|skogen|altanen|byggnaden)",
            "lågorna når", "full låga", "övertänd\\w*", "nära (?:hus|bebyggelse)\\w*", "spreading", "spreads", "out of control",
            "getting bigger", "fully ablaze",
        ),
        only=_PEOPLE_AT_RISK,
    ),
    Sign(
        "det upprepas",
        Phrases.of(
            "igen", "åter", "(?:tredje|fjärde|femte|andra) (?:branden|gången|kvällen|natten|veckan|dagen)", "flera gånger", "varje (?:dag|kväll|natt|vecka|fredag|helg|gång|rast)",
            "hela tiden", "ofta", "upprepade gånger", "again", "every (?:day|night|evening|week|weekend)", "(?:third|fourth|second) time",
            "several times", "repeatedly", "keeps? happening",
        ),
        never=frozenset({C.OTHER, C.RUMOUR, C.ENVIRONMENT, C.TRAFFIC, C.UNSAFE_PLACE, C.FIRE, C.DISORDER}),
        negatable=False,
    ),
    Sign("branden är en i raden", Phrases.of("igen", "(?:andra|tredje|fjärde|femte) (?:branden|gången)", "flera bränder", "again", "third fire", "anlagd\\w*", "mordbrand\\w*", "tänt på", "tänt eld", "set fire", "arson"), only=frozenset({C.FIRE}), negatable=False),
    Sign(
        "barn är utsatta",
        MINOR.phrases,
        only=frozenset({C.VIOLENCE, C.THREAT, C.SEXUAL_OFFENCE, C.ROBBERY, C.DRUGS, C.SUSPICIOUS, C.ACCIDENT, C.MISSING_PERSON, C.ANIMAL}),
    ),
    Sign(
        "en skyddslös person berörs",
        Phrases.of(
            "dement\\w*", "demens\\w*", "förvirrad\\w*", "rullstol\\w*", "rullator", "funktionsnedsättning\\w*", "funktionshind\\w*", "gravid\\w*",
            "autis\\w*", "blind", "hemlös\\w*", "psykiskt sjuk\\w*", "psykotisk\\w*", "äldre (?:dam|man|kvinna|person|herre)", "gam(?:mal|la) (?:dam|man|kvinna|tant|farbror)\\w*",
            "farmor", "mormor", "morfar", "farfar", "dementia", "confused", "wheelchair", "disabled", "pregnant", "elderly", "old (?:lady|man|woman)",
        ),
        never=frozenset({C.OTHER, C.RUMOUR, C.UNSAFE_PLACE, C.ENVIRONMENT, C.DEATH, C.FRAUD, C.VANDALISM, C.VULNERABLE_ADULT}),
    ),
    Sign(
        "kyla eller frusen utomhus",
        Phrases.of("minus \\d+", "fryser", "kylan", "barfota", "nattlinne\\w*", "snön?", "pyjamas", "freezing", "in the cold", "barefoot", "nightgown"),
        only=frozenset({C.CHILD_CONCERN, C.VULNERABLE_ADULT, C.MISSING_PERSON}),
    ),
    Sign(
        "många inblandade",
        Phrases.of("(?:[2-9]\\d|\\d{3,}) (?:personer|ungdomar|pers|st|tonåringar|people|youths|kids|teenagers)", "storbråk\\w*", "massbråk", "upplopp", "kravall\\w*", "riot", "huge brawl", "hetsig\\w*", "maskerad\\w*", "masked"),
        only=frozenset({C.YOUTH_GATHERING, C.DISORDER, C.VIOLENCE, C.SCHOOL_INCIDENT, C.BURGLARY}),
    ),
)  # fmt: skip

LOWERING: Final = (
    Sign(
        "falskt larm eller redan avhjälpt",
        Phrases.of(
            "falskt? (?:larm|brandlarm)", "falsklarm", "feltryck\\w*", "fellarm", "redan släckt\\w*", "är släckt\\w*", "har släckts", "släckte (?:det )?(?:själva?|direkt)", "slocknat",
            "visade sig (?:bara )?vara", "ingen fara", "inget farligt", "det löste sig", "löst sig", "har kommit till ?rätta", "är hittad", "är funnen", "tillbaka hemma",
            "false alarm", "already (?:put )?out", "put out", "no danger", "turned out to be (?:nothing|a drill)", "has been found", "under kontroll", "under control", "övning", "drill",
        ),
        step=2,
        never=frozenset({C.RUMOUR}),
        negatable=False,
    ),
    Sign(
        "litet",
        Phrases.of(
            "liten", "litet", "småsak\\w*", "bagatell\\w*", "obetydlig\\w*", "mindre (?:brand|bråk|skada|olycka|krock)", "ringa", "lite klotter", "lättare", "ringklock\\w*", "cykelklock\\w*",
            "a (?:small|tiny|minor)", "minor", "trivial", "bike bell", "bell (?:from|on|off) my bike", "fender[- ]bender",
        ),
        never=_MILD_WORDS_ARE_THE_MATTER | {C.CHILD_CONCERN, C.MISSING_PERSON, C.SEXUAL_OFFENCE, C.EXPLOSION_SHOOTING},
        negatable=False,
    ),
    Sign(
        "länge sedan",
        Phrases.of(
            "förra (?:veckan|månaden|året|sommaren|vintern)", "för (?:\\w+ )?(?:veckor|månader|år) sen", "för (?:\\w+ )?(?:veckor|månader|år) sedan", "i fjol", "för länge se(?:da)?n",
            "last (?:month|year|summer|winter)", "(?:weeks|months|years) ago", "a (?:month|year) ago",
        ),
        never=frozenset({C.SEXUAL_OFFENCE, C.CHILD_CONCERN, C.RUMOUR, C.MISSING_PERSON, C.DEATH}),
    ),
    Sign("ingen skadad", Phrases.of("inga (?:person)?skador", "ingen (?:person )?(?:är |blev |har )?(?:skadad|skadats|kommit till skada)", "no injuries", "nobody (?:was |is |got )?(?:hurt|injured)", "no one (?:was |is |got )?(?:hurt|injured)", "bara plåtskador", "plåtskad\\w*"), only=frozenset({C.TRAFFIC, C.ACCIDENT, C.VIOLENCE}), negatable=False),
)  # fmt: skip
