"""The words, Swedish and English, that make a matter lighter than its category says."""

from typing import Final

from services.enrichment.text.phrases import Phrases
from services.enrichment.text.signs import Sign
from shared.categories import CategoryCode as C

_MILD_WORDS_ARE_THE_MATTER: Final = frozenset({C.RUMOUR, C.OTHER, C.DEATH})
_SOMEBODY_LOST: Final = frozenset({C.MISSING_PERSON, C.VULNERABLE_ADULT, C.CHILD_CONCERN})

FOUND: Final = Sign(
    "personen är funnen",
    Phrases.of(
        r"återfunn\w*(?! död)", r"är (?:nu )?(?:hittad|funnen)(?! död)", r"hittades (?!död|avliden|livlös)", r"har hittats(?! död)", r"har hittat (?:henne|honom|dem)(?! död)", r"hemma igen", r"tillbaka hemma", r"kom(?:mit)? hem(?! från)", "har kommit till ?rätta",
        "kommit tillrätta", "sluta leta", r"välbehåll\w*", "mår bra", "oskadd", r"dök upp", r"dykt upp", r"påträffa(?:ts|des|d)\b(?! (?:död|avliden|livlös))", r"anträffa(?:ts|des|d)\b(?! (?:död|avliden|livlös))", "i god hälsa", r"har kommit (?:tillbaka|hem|till boendet)", "allt är bra", "turned up", "showed up", "was asleep", r"(?:has|have|was|were|been) found(?! dead)", "safe and sound", "stop the search", "came (?:back )?home", "is (?:back|home|safe)",
    ),
    step=2,
    only=_SOMEBODY_LOST,
    cancels=True,
)  # fmt: skip
PUT_OUT: Final = Sign(
    "elden är släckt",
    Phrases.of(
        "redan släckt\\w*", r"är (?:nu )?släckt\w*", "har släckts", "släckte", r"släckt(?:es)? (?:av|med|själv\w*)", "slocknat", "slocknade", "gick ut av sig själv", r"är (?:\w+ )?under kontroll", "under control",
        r"(?:is|was) (?:already )?(?:put )?out", "put out", "already out", "went out", "extinguished",
    ),
    step=2,
    only=frozenset({C.FIRE, C.ACCIDENT, C.ENVIRONMENT, C.VANDALISM, C.EXPLOSION_SHOOTING}),
)  # fmt: skip
LOWERING: Final = (
    Sign(
        "falskt larm eller missförstånd",
        Phrases.of(
            "falskt? (?:larm|brandlarm)", "falsklarm", r"feltryck\w*", "fellarm", "larmet löste ut", r"missförstånd\w*", r"visade sig (?:bara )?vara", "det var bara", "ingen fara", "inget farligt", "det löste sig", "löst sig",
            r"(?:bränt|brände) (?:köttbull|mat|vid)\w*", r"rosta(?:de|t) bröd\w*", "övning", "false alarm", "no danger", r"turned out to be", r"(?:it|which) was (?:only|just) an? ", "misunderstanding", "drill", r"(?:brandkåren|räddningstjänsten|polisen) (?:vände|kunde (?:vända|åka|lämna))",
        ),
        step=2,
        never=frozenset({C.RUMOUR, C.DEATH}),
        negatable=False,
        cancels=True,
    ),
    FOUND,
    Sign(
        "det var något ofarligt",
        Phrases.of(
            r"(?:var|är) (?:bara|inget annat än|ju) (?:en|ett|lite|några|grannens?|fyrverk\w*|smällare|raketer|leksak\w*|åska\w*|grill\w*)", r"det var (?:nog )?(?:en |ett |lite )?(?:bastu\w*|grill\w*|brasa|ånga|dimma|fyrverkeri\w*|smällare|raketer|åska\w*|leksak\w*|brandvarnare\w*)",
            r"(?:was|is) (?:just|only) (?:an? |some )?(?:toy|barbecue|bbq|fireworks?|firecrackers?|thunder|steam|engine|car|exercise|prop|campfire)",
        ),
        step=2,
        only=frozenset({C.FIRE, C.EXPLOSION_SHOOTING, C.WEAPONS, C.SUSPICIOUS, C.BURGLARY, C.SCHOOL_INCIDENT}),
        negatable=False,
        cancels=True,
    ),
    PUT_OUT,
    Sign(
        "det är över",
        Phrases.of(
            r"är (?:nu )?över", "lugnat (?:ner|ned) sig", r"lugnt nu", r"(?:det|de|dom|de nu|bråket|skriken) har slutat", r"har (?:nu )?(?:gått|åkt|skingrats)(?: nu| hem| därifrån)?(?! (?:in|på|fram|omkring|runt|och|upp|med|förbi|sönder|genom|fast)\b)", "alla har gått", "har varit där", "is over", "has (?:stopped|calmed down)", "(?:have|has|had) (?:left|gone)", "but left",
        ),
        only=frozenset({C.VIOLENCE, C.DISORDER, C.YOUTH_GATHERING, C.SUSPICIOUS, C.THREAT, C.VULNERABLE_ADULT, C.SCHOOL_INCIDENT}),
    ),
    Sign(
        "litet",
        Phrases.of(
            r"lite[nt] (?:\w+ )?(?:brand|eld|glöd|skada|skador|repa|buckla|bula|smäll|sak|händelse|olycka|krock|incident|bråk|gräl|klotter|tagg|stöld|rök|brasa)\w*", "lite buckla", r"småsak\w*", r"bagatell\w*", r"obetydlig\w*", "mindre (?:brand|bråk|skada|olycka|krock)", "ringa", "lite klotter", "lättare", r"(?:small|tiny|minor) (?:\w+ )?(?:fire|scratch|scratches|dent|accident|crash|collision|incident|fight|argument|injury|injuries|cut|bruise|theft|thing|bump|leak|spill|damage|tag)\b", "trivial", "fender[- ]bender",
        ),
        never=_MILD_WORDS_ARE_THE_MATTER | {C.CHILD_CONCERN, C.MISSING_PERSON, C.SEXUAL_OFFENCE, C.EXPLOSION_SHOOTING},
        negatable=False,
    ),
    Sign(
        "litet värde",
        Phrases.of(
            r"ringklock\w*", r"cykelklock\w*", r"blomkruk\w*", r"kruk(?:a|or|an|orna)", r"trädgårdstomt\w*", r"cykelhjälm\w*", r"cykelpump\w*", "bike bell", "bell (?:from|on|off) my bike", "flower ?pots?", "garden gnome",
        ),
        only=frozenset({C.THEFT}),
        negatable=False,
    ),
    Sign(
        "länge sedan",
        Phrases.of(
            "förra (?:veckan|månaden|året|sommaren|vintern)", r"för (?:\w+ )?(?:veckor|månader|år) sen", r"för (?:\w+ )?(?:veckor|månader|år) sedan", "i fjol", "för länge se(?:da)?n",
            "last (?:month|year|summer|winter)", "(?:weeks|months|years) ago", "a (?:month|year) ago",
        ),
        never=frozenset({C.SEXUAL_OFFENCE, C.CHILD_CONCERN, C.RUMOUR, C.MISSING_PERSON, C.DEATH}),
    ),
    Sign(
        "ingen skadad",
        Phrases.of(
            r"inga (?:person)?skad(?:or|ade)", r"ingen (?:person )?(?:är |blev |har |kom )?(?:skadad|skadats|till skada|kommit till skada)", "slog mig inte", "det gick bra", "gick bra", r"klarade (?:sig|mig|oss)", r"skrubbsår\w*", r"lindrig\w*", "bara (?:lite )?blåmärken", "just (?:a )?(?:scratch|scratches|bruise|bruises)", "no injuries",
            r"no(?:body| one) (?:was |is |got |were )?(?:hurt|injured)", "(?:was|were) not (?:hurt|injured)", "wasn't (?:hurt|injured)", r"bara (?:lite )?(?:plåtskador|buckl\w*)", r"plåtskad\w*",
        ),
        only=frozenset({C.TRAFFIC, C.ACCIDENT, C.VIOLENCE}),
        negatable=False,
    ),
    Sign(
        "det var ord, inget mer",
        Phrases.of(r"glåpord\w*", "skrek (?:\\w+ )?(?:åt|efter) mig", "taskiga kommentarer", "shouted at me", "called me names"),
        only=frozenset({C.THREAT}),
    ),
)  # fmt: skip
