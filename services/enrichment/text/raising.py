"""The words, Swedish and English, that make a matter graver than its category says."""

from typing import Final

from services.enrichment.text.minors import MINOR
from services.enrichment.text.phrases import Phrases
from services.enrichment.text.signs import Sign
from shared.categories import CategoryCode as C

_ARMED_ANYWAY: Final = frozenset({C.WEAPONS, C.EXPLOSION_SHOOTING, C.FRAUD, C.THEFT, C.OTHER, C.ANIMAL})
_PEOPLE_AT_RISK: Final = frozenset({C.FIRE, C.ACCIDENT, C.ENVIRONMENT, C.EXPLOSION_SHOOTING})
_NO_PERSON: Final = frozenset({C.OTHER, C.RUMOUR, C.ENVIRONMENT, C.VANDALISM, C.ANIMAL})

RAISING: Final = (
    Sign(
        "livsfara eller död",
        Phrases.of(
            "dör", "döende", r"livlös\w*", r"medvetslös\w*", "andas (?:inte?|knappt)", "ingen puls", "hjärtstopp", r"drunkn\w*", "rör sig inte?", "går inte? att väcka", "vaknar inte?", "svarar inte? på tilltal",
            "livshotande", "livsfara", r"skottskad\w*", "skjuten", r"knivhugg\w*", r"knivskur\w*", "huggen", "hugg(?:its|en) med kniv", "strypgrepp", r"överdos\w*", r"frontalkrock\w*", r"livsfarlig\w*",
            r"(?:stack|stacks|högg|höggs|huggits) (?:\w+ ){0,3}i (?:magen|ryggen|halsen|bröstet|benet|armen|låret)", "blöder kraftigt", "mycket blod", "gått (?:igenom|genom|ner sig på) isen", "i vaken", "under vattnet",
            "ta(?:r|ga)? (?:livet av sig|sitt liv)", "vill dö", r"inte (?:vill|orkar) (?:\w+ )?(?:leva|finnas|vara med)", r"inte orkar (?:mer|längre)", r"trött på (?:att leva|livet)", "hög på tabletter", "tired of (?:living|life)", r"end (?:it all|(?:her|his|my) life)", r"wants? to end it", "slå ihjäl", r"(?:döda|skjuta|mörda|knivhugga|hugga|spränga|ha ihjäl) (?:mig|oss|henne|honom|dig|alla|min|mitt|mina|vår|våra|familjen|någon)", r"tagit (?:\w+ ){0,3}(?:tabletter|tabletterna|piller|sömnmedel\w*)", r"(?:vill|tänker|ska|hotar att|hotar med att) hoppa", r"broräcket", r"bridge rail(?:ing)?", r"hjärtinfarkt\w*", "stroke",
            "har (?:ramlat|fallit|trillat) (?:från|ner från) (?:taket|balkongen|stegen|ställningen) (?:och|å) svarar inte",
            "dying", "unconscious", "not breathing", "isn't breathing", "not moving", "stabbed", "shot at", "lots of blood", "bleeding heavily", "drowning", "overdosed?", "wants? to jump", "threatening to jump",
            "kill (?:him|her|my)self", "killing (?:him|her)self", "kill (?:me|us|him|her)", r"suicid\w*", r"(?:taken|took|swallowed) (?:(?:all|too|many|a|lot|of|her|his|some|the|whole|bottle|sleeping) ){1,5}(?:pills|tablets)", "shoot (?:me|us|him|her|everyone|everybody|my)", "murder (?:me|us|him|her)", "unresponsive", "no pulse", "won't wake up", "wants? to die", "fell into the (?:canal|river|lake|water|harbour)",
        ),
        step=2,
        never=frozenset({C.DEATH, C.RUMOUR, C.ANIMAL, C.UNSAFE_PLACE, C.OTHER}),
    ),
    Sign(
        "någon är i fara",  # as the citizen's form says it too
        Phrases.of(r"är i (?:\w+ )?fara", "inte i säkerhet", r"(?:is|are|am) in (?:\w+ )?danger", "not safe now"),
        step=2,
        never=frozenset({C.RUMOUR, C.ANIMAL}),
    ),
    Sign(
        "någon sitter fast",
        Phrases.of(
            r"fastklämd\w*", "sitter fast(?! i (?:kön|hissen|gyttjan|trädet|ett träd))", r"instängd\w*", "inte ut ur", "trapped", "stuck (?:in|under|inside)", "pinned", "cannot get out", "can't get out",
            r"inspärra\w*",
        ),
        only=frozenset({C.TRAFFIC, C.ACCIDENT, C.FIRE, C.EXPLOSION_SHOOTING, C.VULNERABLE_ADULT, C.CHILD_CONCERN, C.VIOLENCE}),
    ),
    Sign(
        "vapen",
        Phrases.of(
            r"kniv\w*", "(?:spring|fick|mora|bröd|köks)kniv(?:en|ar)?", r"pistol\w*", r"vapen\w*", r"(?:skjut|eld|automat)vapen\w*", r"gevär\w*", "yx(?:a|or|an)", r"machete\w*", r"revolver\w*", r"beväpna\w*", "skruvmejsel",
            "svärd", "basebollträ\\w*", r"tillhygge\w*", "järnrör", "knogjärn", "skjut(?:er|it|na)", "sköt", r"batong\w*", r"hammare\w*", "påk",
            "kni(?:fe|ves)", "guns?", "pistols?", "weapons?", "axes?", "rifles?", "machetes?", "armed", "knifepoint", "gunpoint", "baseball bats?", "hammer",
        ),
        never=_ARMED_ANYWAY,
    ),
    Sign(
        "någon är skadad",
        Phrases.of(
            r"skadad\w*", "skadats", "skadade", r"påkör[dt]\w*", "kör(?:de|t) på en (?:cyklist|gångare|fotgängare|person|pojke|flicka|kvinna|man)", "skador", "blöder", "blod(?:ig|iga|et)?", r"ambulans\w*", r"(?:fördes|förts|förd|kördes) (?:bort |iväg )?(?:i|med|till) (?:helikopter|sjukhus\w*|akuten|lasarett\w*)", "taken to (?:the )?hospital", "airlifted", r"brut(?:en|it|na) (?:arm|ben|höft|fot|hand|näs|lårben|nyckelben|revben)\w*", r"(?:armen|benet|höften|foten|handen|näsan|lårbenet|nyckelbenet) (?:är |blev )?(?:bruten|brutet|av)",
            r"bröt (?:armen|benet|handen|foten|höften|nyckelbenet|handleden)", r"hjärnskakning\w*", r"brännskad\w*", r"klämd\w*", "avsvimmad", "svimma(?:r|t|de)?", "slog i huvudet", "avsliten", "sönderslagen",
            "injur(?:ed|y|ies)", "hurt", r"(?:hit|run over|struck|knocked down) by an? (?:\w+ )?(?:car|truck|bus|van|train|tram|moped|motorcycle|vehicle)", r"hit an? (?:\w+ )?(?:pedestrian|cyclist|child|kid|boy|girl|woman|man|person|biker)", "bleeding", "wounded", "ambulance", "broken (?:leg|arm|hip|bone|wrist)s?", r"broke (?:his|her|my|a) (?:leg|arm|hip|wrist|foot)", "collapsed", "lost (?:\\w+ )?fingers?",
        ),
        never=_NO_PERSON,
    ),
    Sign(
        "våldtäkt",
        Phrases.of(r"våldt[ao]\w*", r"våldtäkt\w*", r"gruppvåldt\w*", "raped?", "raping"),
        only=frozenset({C.SEXUAL_OFFENCE}),
    ),
    Sign(
        "människor kan vara i fara",
        Phrases.of(
            "(?:barn|folk|personer|människor|någon|nån|djuren?|gamla|boende) (?:är |finns |kan vara )?(?:kvar|instängda?|där) ?inne",
            "kvar (?:inne|på övervåningen|i huset|i lägenheten)", "hänger ut", r"höghus\w*", r"flerfamiljshus\w*", r"äldreboende\w*", "sjukhus(?:et)?", r"radhus\w*", "hör (?:någon|nån) (?:där )?inne",
            r"förskol\w*", "trapphus(?:et)?", "trappuppgång(?:en)?", "lägenhet(?:en)?", r"gasläck\w*", r"gasflask\w*", r"gastub\w*", r"garaget under\w*",
            "people (?:are )?(?:still )?inside", "(?:someone|somebody) (?:is )?(?:still )?inside", "still inside", "apartment", "flats?", "stairwell", "nursing home", "gas leak",
        ),
        only=frozenset({C.FIRE, C.EXPLOSION_SHOOTING}),
    ),
    Sign(
        "gärningsmannen är kvar",
        Phrases.of(
            "inne i (?:huset|lägenheten|butiken|lokalen|förrådet|villan|stugan)", "(?:någon|nån|folk|två|tjuvar) (?:\\w+ )?(?:inne|inomhus)", "jag gömmer mig", r"bryter sig in", "försöker (?:bryta|ta) sig in",
            "står utanför (?:dörren|min dörr|mitt fönster|huset)", "står (?:utanför )?(?:\\w+ )?och (?:bankar|skriker|sparkar|hotar)", "bankar på dörren", r"ser (?:\w+ ){0,4}(?:inne|ficklampor|bryta)", r"hör (?:någon|nån|steg|fotsteg|röster|hur (?:de|dom|någon|nån))", "hear (?:someone|somebody|footsteps|voices|them)", "tjuvar(?:na)? i",
            r"(?:someone|somebody|men|man|they|burglars?) (?:is |are )?(?:\w+ )?(?:inside|in my house|breaking in\w*)", r"trying to (?:open|break|get in)\w*", "outside my (?:door|window)", "i am hiding", "alone at home", "ensam(?:ma)? hemma",
        ),
        only=frozenset({C.BURGLARY, C.THREAT, C.ROBBERY}),
    ),
    Sign(
        "någon flyr nu",
        Phrases.of("flyr", r"springer (?:iväg|därifrån|mot|bort)", "på flykt", r"kör iväg", "is fleeing", "running away", "is driving off"),
        only=frozenset({C.THEFT, C.BURGLARY, C.VANDALISM, C.TRAFFIC, C.SUSPICIOUS}),
    ),
    Sign(
        "livsfarlig körning",
        Phrases.of(
            r"full(?: \w+)? (?:kör|man kör|bakom ratten)", r"full man kör\w*", r"rattfull\w*", r"rattonykt\w*", "vinglar", r"kör (?:\w+ )?vinglig\w*", r"förare\w* (?:är|e|verkar|va) (?:\w+ )?(?:full|berusad|påverkad|packad|hög)", "driver (?:is|seems|looks|was) (?:drunk|high)", "kör slalom", "onykter", "mot trafiken", r"åt fel håll", "i fel riktning", "fel körriktning", "berusad (?:\\w+ )?förare", "kör berusad", r"drunk (?:man )?driv\w*", "wrong way",
            "wrong side", "swerving",
        ),
        only=frozenset({C.TRAFFIC}),
    ),
    Sign(
        "det sprider sig",
        Phrases.of(
            "sprid(?:er|it) sig", "sprids mot", "sprider", "tagit fäste", "tagit sig in", "hela (?:huset|längan|taket|skogen|altanen|byggnaden)", "närmar sig (?:huset|husen|bebyggelsen)", r"blåser mot",
            "lågorna når", "full låga", r"övertänd\w*", r"nära (?:hus|bebyggelse)\w*", "spreading", "spreads", "out of control", "getting bigger", "fully ablaze", r"pushing it towards",
        ),
        only=_PEOPLE_AT_RISK,
    ),
    Sign(
        "det upprepas",
        Phrases.of(
            "igen", "återigen", r"(?:tredje|fjärde|femte|andra) (?:branden|gången|kvällen|natten|veckan|dagen|cykeln|bilen|inbrottet|stölden)", "flera gånger", "varje (?:dag|kväll|natt|vecka|fredag|helg|gång|rast)",
            "hela tiden", "ofta", "upprepade gånger", "again", "every (?:day|night|evening|week|weekend)", "(?:third|fourth|second) time",
            "several times", "repeatedly", "keeps? (?:happening|threatening|coming)",
        ),
        never=frozenset({
            C.OTHER, C.RUMOUR, C.ENVIRONMENT, C.TRAFFIC, C.UNSAFE_PLACE, C.FIRE, C.DISORDER, C.MISSING_PERSON, C.DEATH, C.ACCIDENT, C.EXPLOSION_SHOOTING,
            C.ROBBERY, C.VIOLENCE, C.SEXUAL_OFFENCE, C.WEAPONS,
        }),
        negatable=False,
    ),
    Sign("branden är en i raden", Phrases.of("igen", "(?:andra|tredje|fjärde|femte) (?:branden|gången)", "flera bränder", "again", "third fire", r"anlagd\w*", r"mordbrand\w*", "tänt på", "tänt eld", "tänder på", "eldades upp", "set fire", "arson"), only=frozenset({C.FIRE}), negatable=False),
    Sign(
        "våld i hemmet, om och om igen",
        Phrases.of("varje (?:dag|kväll|natt|vecka|helg)", "i flera (?:år|månader)", "every (?:day|night|week)", "for (?:years|months)"),
        only=frozenset({C.VIOLENCE, C.SEXUAL_OFFENCE}),
        negatable=False,
    ),
    Sign(
        "barn är utsatta",
        MINOR.phrases,
        only=frozenset({C.VIOLENCE, C.THREAT, C.SEXUAL_OFFENCE, C.ROBBERY, C.DRUGS, C.SUSPICIOUS, C.ACCIDENT, C.MISSING_PERSON, C.ANIMAL, C.FRAUD}),
        negatable=False,
    ),
    Sign(
        "en skyddslös person berörs",
        Phrases.of(
            r"dement\w*", r"demens\w*", r"alzheimer\w*", r"förvirrad\w*", r"rullstol\w*", "rullator", r"funktionsnedsättning\w*", r"funktionshind\w*", r"gravid\w*", "[7-9]\\d[ -]?år\\w*",
            r"autis\w*", "blind", r"hemlös\w*", r"psykiskt sjuk\w*", r"psykotisk\w*", "äldre (?:dam|man|kvinna|person|herre)", r"gam(?:mal|la) (?:dam|man|kvinna|tant|farbror)\w*",
            r"far(?:mor|far)s?", r"mor(?:mor|far)s?", r"hemtjänst\w*", "dementia", "alzheimer's", "confused", "wheelchair", "disabled", "pregnant", "elderly", "old (?:lady|man|woman)", "grand(?:mother|father|ma|pa)",
        ),
        never=frozenset({C.OTHER, C.RUMOUR, C.UNSAFE_PLACE, C.ENVIRONMENT, C.DEATH, C.VANDALISM, C.VULNERABLE_ADULT, C.TRAFFIC, C.DISORDER}),
    ),
    Sign(
        "kyla eller frusen utomhus",
        Phrases.of(r"minus \d+", "fryser", "kylan", "barfota", r"nattlinne\w*", "snön?", "pyjamas", "utan jacka", "freezing", "in the (?:cold|snow)", "barefoot", "nightgown"),
        only=frozenset({C.CHILD_CONCERN, C.VULNERABLE_ADULT, C.MISSING_PERSON}),
        negatable=False,
    ),
    Sign(
        "många inblandade",
        Phrases.of(
            r"(?:[2-9]\d|\d{3,}) (?:personer|ungdomar|pers|st|tonåringar|people|youths|kids|teenagers)", r"massor (?:av|med) (?:ungdomar|folk)", "(?:trettio|fyrtio|femtio|thirty|forty|fifty) (?:personer|ungdomar|people|teenagers|kids)",
            r"storbråk\w*", "massbråk", "upplopp", r"kravall\w*", "riot", "huge brawl", r"hetsig\w*", r"maskerad\w*", r"rånarluv\w*", "masked", "masks",
        ),
        only=frozenset({C.YOUTH_GATHERING, C.DISORDER, C.VIOLENCE, C.SCHOOL_INCIDENT, C.BURGLARY}),
    ),
)  # fmt: skip
