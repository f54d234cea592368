"""The words, Swedish and English, that say whether something goes on as it is told, and those that take it back."""

from typing import Final

from services.enrichment.text.phrases import Phrases
from services.enrichment.text.signs import Sign
from shared.categories import CategoryCode as C

_SOMEBODY: Final = (
    r"(?:kill|grabb|man|män|kvinn|tjej|gubb|gumm|tant|farbror|snubb|karl|person|pojk|flick|barn|ung|gäng|grupp|folk|typ|herr|dam|bebis|full|"
    r"maskerad|beväpnad|påverkad|berusad|hund|häst|älg|ko\b|kor\b|orm|svan|katt|vildsvin|tjuv|okänd|blottar|alkis|missbruk|knarkar|pundar|främling|vuxen|vuxna|elev|tonåring|cyklist|supporter|fyll)\w*"
)
_SOME: Final = r"(?:en|ett|nån|någon|ngn|några|två|tre|fyra|fem|sex|flera|massa|massor av|mycket|fullt med|typ \w+|minst \w+|runt \w+|\d+)"
_PLACED: Final = r"(?= (?:i|på|vid|utanför|bakom|nära|mellan|ur|från|framför|in|at|on|outside|near|behind|between|next to|by|from)\b|!|$)"
# Verbs in the present tense after a subject that say what somebody is, has, means or does as a habit.
_NO_ACT: Final = (
    r"(?:pengar|saker|kläder|jackor|mössor|nycklar|telefoner|mobiler|cyklar|bilar|skor|bilder|väskor|smycken|hjälper|beter|har|var|är|for|för|när|efter|under|utanför|över|där|här|hur|mer|per|eller|vår|kvar|ovanför|framför|innanför|säger|får|bor|vågar|kommer|"
    r"skriver|säljer|sover|verkar|svarar|känner|behöver|saknar|ber|pratar|visar|brukar|mår|dricker|spelar|tror|väntar|låter|liknar|skickar|påstår|"
    r"heter|stämmer|slutar|kräver|handlar|klarar|funkar|undrar|frågar|cirkulerar|leder|lever|tycker|förvarar|hinner|misstänker|lurar|odlar|bestämmer|gäller|planerar|"
    r"oroar|hävdar|lagar|räcker|nämner|fungerar|äger|bjuder|svälter|erbjuder|betalar|räknar|upplever|vanvårdar|missbrukar|märker|önskar|struntar|"
    r"lovar|skojar|skrämmer|ljuger|utnyttjar|hatar|förstår|älskar|funderar|langar|tillhör|föreslår|beskriver|kostar|berättar|läser|reser|undviker|"
    r"jobbar|arbetar|använder|gör|ger|blir|hyr|köper|super|knarkar|studerar|pluggar|orkar|öppnar|stänger|börjar|serverar|ringer|meter|"
    r"timmar|personer|elever|killar|ungdomar|grannar|kompisar|vänner|gånger|trakasserar|kallar|mobbar|hotar|slarvar|parkerar|klagar|ar|er|ur|ner|upp|ir|igår)"
)

NOW: Final = Sign(
    "pågår nu",
    Phrases.of(
        "just nu", r"pågår(?<!utredning pågår)(?<!utredningen pågår)(?<!undersökning pågår)(?<!undersökningen pågår)(?<!utredningar pågår)", "pågående",
        r"nu(?<!söker nu)(?<!först nu)(?! (?:kommer|får|kan|vågar|vill|törs|har) (?:\w+ )?inte)(?! (?:igen|i (?:natt|morse|helgen|veckan)|igår|senast|nyss|är (?:inte|min|mitt|mina|vår|vårt|våra|bilen|cykeln)|har|ska|misstänk\w*|anhåll\w*|grip\w*|häkta\w*|dömd|åtala\w*|är (?:\w+ )?(?:bärga|röj|öpp|fri|klar|avslut)\w*|är (?:det|han|hon|allt|alla|de) (?:\w+ )?(?:över|lugnt|slut|bra|tyst|inlagd|trygg|hemma)))", "fortfarande", "skynda", r"kom (?:fort|snabbt|genast|omgående|nu)(?=!|$|\.| (?:hit|snälla|innan))", r"(?:snälla|måste) kom(?:ma)?",
        "ring 112", "i detta nu", "i skrivande stund", "i denna stund", "hjälp(?=!| oss| mig|$)", r"är på väg (?:ut|hit|dit)", "snälla (?:hjälp|skynda|skicka)", "skicka (?:polis|någon|nån|ambulans|hjälp|en bil|folk)",
        "right now", "ongoing", "still", "hurry", "as we speak", r"now(?! (?:closed|fixed|over|out))", "at this moment", "at the moment", "currently",
        "happening", "come (?:quick|fast|now|asap)", "please (?:come|hurry|help|send)", "send (?:someone|somebody|help|police|the police|an ambulance|a car)", "call an ambulance",
    ),
)  # fmt: skip
DOING: Final = Sign(
    "det pågår",
    Phrases.of(
        "brinner", "ryker", "pyr", "bolmar", "glöder", "flammar", r"rök (?:ur|från|ut|kommer|väller)\b", "röken (?:väller|kommer|stiger|syns)", r"lågor(?:na)? (?:ur|från|syns|slår|står|går)", "fylls (?:med|av)", r"eld (?:ur|i|från)", r"elden (?:har )?(?:tagit|sprid|spritt|spridit|når|närmar)\w*", r"står i (?:full )?(?:låg\w*|brand)",
        "full brand", "brand pågår", "(?:arbetar|jobbar|kämpar) med (?:släckning\\w*|att (?:släcka|få|begränsa|rädda))", "släckningsarbete", "håller på", "slåss", "slår(?! larm)", "slås", "sparkar", "sparkas", "knuffas", "puttar",
        "misshandlas", "misshandlar", "klår upp", "klår på", "hugger", "attackerar", "biter", "svävar", "cirklar", "hovrar", "hostar blod", "tickar", r"left alone (?:in|at)", "prövar", "testar (?:dörr|bil|handtag)\\w*", "översvämmar", "slingrar", "dreglar", "angriper", "skriker", "ropar", "vrålar", "gapar", "gormar", "skränar", "skrålar", "väsnas", "bråkar", "tjafsar", "grälar", "stökar", "härjar", "löper amok",
        "bankar", "bultar på", "dunkar (?:på|i|musik|bas\\w*)", "hamrar", "kastar", "kastas", "skjuter(?! upp)", "skjuts", "smäller", "pangar", "sprängs", "siktar", "viftar", "rånar", "rånas", "jagar", "förföljer", "följer efter", "springer", "flyr", "smyger",
        "vinglar", "raglar", "vacklar", "irrar", "driftar", "burnar", "racear", "gasar", "tutar", "galopperar", "gråter", "hulkar", "blöder", "kippar", "krampar", "kräks", "spyr", "drunknar", "kvävs", "flämtar",
        "samlas", "har samlats", "drar sig mot", "lastar", "klättrar", "kryper", "bänder", "sågar (?:loss|av|bort|upp|sönder|i)", "skruvar (?:loss|av|bort|ner|ned)", "gräver", "river (?:ner|ned|sönder|upp|loss)", "krossar", "slår sönder", "vandaliserar", "förstör", "sabbar", "sprayar", "klottrar", "välter", "tänder (?:på|eld|smällare|raketer|upp|bengaler)", "eldar",
        "rinner", "läcker", "sipprar", "forsar", "sprutar", "droppar", "bubblar", "häller (?:ut|bensin|olja|färg|diesel|gift)", "dumpar", "flyter", "sprider sig", "svämmar", "tjuter", "ljuder", "skakar (?:i |hela )?(?:väggarna|fönstren|golvet|huset|rutorna)", "väjer", "blockerar", "spärrar", "onanerar", "runkar", "blottar", "tafsar", "ofredar", "pissar",
        "kissar", "urinerar", "injicerar", "snortar", "hotar(?= mig| oss| folk| med| personal\\w*| alla)", "lyser med", "det lyser", r"har (?:just |precis )?tagit (?:\w+ ){0,3}(?:tabletter|tabletterna|piller|sömnmedel)", r"(?:has|have) (?:just )?(?:taken|swallowed) (?:\w+ ){0,3}(?:pills|tablets)", "tittar in", "kikar in", "bryter (?:sig|upp)", "tar sig (?:in|ut)", "försöker (?:bryta|ta|komma|stjäla|öppna|slå|tända|dra|få|klättra)",
        "vägrar (?:åka|gå|lämna|flytta|släppa)", "släpper inte", r"(?:bor|vill) inte lämna", "filmar", "smygfilmar", "fotar", "fotograferar", "känner på", "rycker i", "rekar", "letar efter (?:henne|honom)", r"kör slalom",
        r"går (?:runt|omkring|och) (?!på )", r"går med (?:en |ett )?\w+ (?:på|i|vid|utanför|genom)", r"(?:en|ett|någon|nån|två|tre|flera) (?:\w+ )?(?:kille|man|kvinna|tjej|gubbe|tant|person|dam|pojke|flicka|unge|killar|män|personer) (?:som )?(?:ligger|sitter|står|går|sover|irrar|hänger)", r"(?:he|she|they)(?:'s| is|'re| are) (?:\w+ )?(?:conscious|confused|bleeding|in pain|hurt|dizzy)", r"smells? of (?:gas|smoke|burning|petrol)", r"gaslukt\w*", "brandlukt", r"(?:kids|children|boys|girls) (?:\w+ )?playing (?:on|in|near|with)", r"kör (?:omkring|runt|race|sakta|vingligt|åt fel|mot|i sicksack|bil)", "står (?:utanför|och|mitt|inne|tvärs)", r"sitter (?:fast\w*|ensam|på|i|kvar|och|där|utanför)",
        r"ligger (?:utslagen|medvetslös|livlös|avsvimmad|still|en person|en man|en kvinna|någon|nån)",
        "rör sig inte?", "svarar inte? på tilltal", r"andas (?:inte?|knappt|tungt|konstigt|dåligt|svagt|ytligt)", "tar in vatten", "fastklämd\\w*", "instängd\\w*", "inlåst\\w*", "jag gömmer mig", r"(?:kan|kommer|får|tar sig) inte (?:resa sig|upp|ut|loss|ner|röra|andas|simma|gå)", "leker med (?:en |ett )?(?:\\w*vapen|\\w*pistol|\\w*kniv|eld\\w*|tändare)",
        rf"det (?:är|e) {_SOME} (?:\w+ ){{0,2}}{_SOMEBODY} (?:som|i|på|vid|utanför|inne|här|där|med)", rf"(?:står|sitter|går|hänger|springer|kör|kommer|smyger|ligger|sover|simmar|irrar|flyter) {_SOME} (?:\w+ ){{0,2}}{_SOMEBODY}", r"(?:är|e) (?:någon|nån|en|flera|två|tre) (?:\w+ )?(?:inne|kvar|här|där|utanför)", r"är (?:det )?folk (?:i|kvar|inne)\b",
        "är kvar(?! (?:på|i) (?:sjuk|skol|jobb|arbet|lasar))", "är inne", r"är ute ensam\w*", "hänger ut", "larmet går", "går larmet", "utrymmer", "utryms", "evakuerar", "evakueras", r"påbörjat (?:en )?(?:utrymning|evakuering)", r"med motorn (?:på|igång)", "motorn igång", "engine (?:is )?(?:on|running)", r"oljefilm\w*", r"hör (?:skrik|slag|hur|någon|nån|skott|en|rop|bråk)", r"ser (?:ljus|rök|lågor|eld|två|en|flera|någon|nån|hur|att)\b",
        r"luktar (?:\w+ )?(?:gas|rök|bränt|diesel|bensin|ammoniak|klor)", r"har (?:precis |just )?(?:svimmat|ramlat|trillat|fallit|kollapsat|segnat|halkat|fastnat|kapsejsat|vält|rasat|störtat|låst (?:in )?sig|spärrat in|klämts|klämt sig)", r"gått (?:genom|igenom|ner sig på) isen", "går inte att väcka", "vaknar inte", "i vaken",
        r"(?:is|are|am) (?:\w+ ){0,2}(?!missing|lacking|nothing|something|anything|parking|bullying|selling|dealing|saying|talking|spreading rumou?rs|going to|building|during|ceiling|asking|wondering|living|planning|thinking|looking for advice|texting|sending)\w{2,}ing",
        r"(?:someone|somebody|he|she|it|there|they)'(?:s|re) (?:\w+ ){0,4}(?!missing|nothing|something|anything|going to)\w{2,}ing", r"(?:can|could) (?:see|hear)(?<!could see)(?<!could hear)", r"i (?:see|hear)\b",
        r"(?:is|are) (?:\w+ )?(?:trapped|inside|outside|stuck|alone|unconscious|on fire|ablaze|not breathing|bleeding|not moving|unresponsive|blocked|in the water|on the ground|on the floor|on the roof|passed out)", r"(?:isn't|aren't) (?:breathing|moving|responding|waking up)",
        r"(?:someone|somebody|people|kids|men|man|woman|guy|boy|girl|guys|teens|youths|teenagers) (?:\w+ )?(?:inside|shouting|fighting|screaming|throwing|smashing|racing|yelling|running|waving|lying|bleeding|kicking|hitting|climbing|crying|breaking|trying|holding|swinging)", r"i'm (?:hiding|trapped|stuck|being|locked|alone)", r"i am (?:hiding|trapped|stuck|being|locked)",
        r"there(?: is|'s| are) (?:a|an|some|two|three|four|five|several|about \w+|\d+) (?:\w+ )?(?:fire|fight|brawl|m[ae]n|guys?|wom[ae]n|person|people|dog|swan|boys?|girls?|kids?|moose|child|horses?|cows?|teenagers|teens|youths)",
        "on fire", r"(?:smoke|flames) (?:is |are )?(?:coming|pouring|from|out|rising|everywhere)", r"(?:can't|cannot|can not) (?:get (?:out|up|past|by|off)|breathe|move|stand up|wake)", "won't (?:wake up|stop|leave|let|go away|open|move|come out)",
        "refus(?:es|ing) to (?:leave|go|move|stop)", "locked (?:myself|ourselves) in", "keeps (?:banging|knocking|kicking|screaming|shouting|ringing)", "seems (?:confused|lost|drunk)", r"has (?:just )?(?:cut|hurt|burned|injured) (?:him|her|them)\w+", r"has (?:just )?(?:tipped over|overturned|crashed|rolled over)", r"has (?:just |been )?(?:collapsed|fainted|fallen|left (?:alone )?in a)", "collapsed", "left in (?:a |the )?(?:locked |hot )?car",
    ),
)  # fmt: skip
ACTING: Final = Sign(
    "någon gör något nu",
    Phrases.of(
        rf"(?:de|dom|nån|någon|ngn|han|hon) (?!{_NO_ACT}\b)\w+(?:ar|er|ör|år|ör)\b(?! sig som)", "pyser", "morrar", "hytter", "tvingar", "hoppar", "faller", "rasar", "trillar", "ramlar", "plockar", "stjäl", "stjäler", "snattar", "pekar", "tittar", "kliver", "dyker", "smiter", "flyr", "vinkar", "rotar", "tränger", "sliter", "närmar sig", "simmar", "bromsar", "svänger",
        "stirrar", "släpar", "borrar", "sprakar", "visslar", "gnistrar", "kränger", "svimmar", "sicksackar", "skallar", "kväver", "gungar", "provar", "spottar", "låser in", "kastar sig", "drar runt", "drar genom", "springer", "cyklar omkring", "har tagit över", "backar", "hindrar", "lutar",
        rf"(?:mannen|männen|kvinnan|killen|killarna|tjejen|tjejerna|gubben|personen|personerna|föraren|gänget|ungdomarna|hunden|tjuven|tjuvarna|gärningsmannen|rånaren|pojken|pojkarna|flickan|kidsen) (?:som )?(?!{_NO_ACT}\b)\w+(?:ar|er|ör|år)\b",
        rf"{_SOME} (?:\w+ )?(?:killar|kille|män|man|kvinna|tjej|tjejer|gubbe|personer|person|ungdomar|ungar|tonåringar|barn|pojkar|pojke|flickor|flicka|grabbar|gubbar|kvinnor|typer|typ|gäng|snubbe|snubbar|hund) (?:som )?(?!{_NO_ACT}\b)(?!med\b)\w+(?:ar|er|ör|år)\b(?! (?:kläder|jackor))",
        rf"{_SOME} (?:\w+ )?(?:bil|bilar|mopeder|lastbil|skåpbil|moped|epa|buss|motorcykel) (?:som )?(?!{_NO_ACT}\b)(?!(?:med|står|ligger|saknar)\b)\w+(?:ar|er|ör|år)\b",
    ),
    never=frozenset({C.CHILD_CONCERN, C.VULNERABLE_ADULT, C.DRUGS, C.ENVIRONMENT, C.THREAT, C.SEXUAL_OFFENCE}),
)  # fmt: skip
LYING: Final = Sign(
    "någon ligger där",
    Phrases.of(
        r"ligger (?:där och|kvar (?:på|i|där)|(?:på|i) (?:marken|diket|backen|golvet|trottoaren|gatan|snön|vattnet|trappan|spåret))",
    ),
    never=frozenset({C.ANIMAL, C.ENVIRONMENT, C.DRUGS, C.WEAPONS, C.THEFT, C.VANDALISM, C.BURGLARY}),
)  # fmt: skip
OBSTACLE: Final = Sign(
    "vägen är inte fri",
    Phrases.of(
        r"avstäng[dt]\w*", "blockerad\\w*", "blockerar", "blocks", r"trafiken (?:står|är)", "bärgare (?:är )?på väg", "köer", "köerna", r"köbildning\w*", "lång kö", "stillastående", "totalstopp", "står (?:still|tvärs|på tvären)", r"(?:i|på) (?:vägbanan|körbanan|körfältet|vänsterfilen|högerfilen)",
        "begränsad framkomlighet", r"har (?:just |precis )?(?:krockat|vält|voltat|kört (?:av vägen|i diket|ner i|ned i|på grund|in i ett|in i en))", r"(?:bil|bilen|lastbil|lastbilen|buss|bussen|moped|motorcykel) (?:är |e |ligger |står )?(?:uppochner |upp och ner |kvar )?i diket", r"(?:car|truck|van|bus) (?:is )?(?:upside down |lying |stuck )?in (?:the|a) ditch", "leds om", "saneras", "halka?t", r"(?:stopped|parked|standing|lying) (?:\w+ )?(?:across|sideways|in the middle)", "(?:lane|road|street) (?:is |are )?(?:blocked|closed)", "blocking", "in the middle of the road",
    ),
    only=frozenset({C.TRAFFIC, C.ACCIDENT}),
)  # fmt: skip
LOOSE: Final = Sign(
    "djur på vägen",
    Phrases.of(
        r"(?:häst|hästar|hästarna|hästen|älg|älgar|älgen|kor|korna|ko|får|fåren|hund|hundar|hunden|vildsvin|vildsvinen|getter|kalvar|tjur|tjuren) (?:\w+ ){0,3}(?:på|vid|längs) (?:\w+ )?(?:\w*väg(?:en)?|e18|e20|spår(?:et|en)|rondellen|gatan)\b",
        r"(?:horse|horses|cow|cows|moose|sheep|dog|dogs|boar|boars|bull|bulls) (?:\w+ ){0,3}on the (?:road|motorway|highway|tracks|e18|e20|street)",
    ),
    only=frozenset({C.ANIMAL}),
)  # fmt: skip
ALARM: Final = Sign(
    "ett larm utan verb",
    Phrases.of(
        rf"(?:brand|eldsvåda|eld|gräsbrand|skogsbrand|bilbrand|lägenhetsbrand|villabrand|containerbrand|brandrök|rök|rökutveckling|slagsmål|bråk|storbråk|massbråk|gängbråk|knivbråk|gräl|tumult|skottlossning|gasläcka|fire|fight|brawl|shooting|gunfire|gunshots|smoke){_PLACED}"
    ),
    only=frozenset({C.FIRE, C.VIOLENCE, C.EXPLOSION_SHOOTING, C.SCHOOL_INCIDENT, C.DISORDER, C.ACCIDENT}),
)  # fmt: skip
SOMEBODY_THERE: Final = Sign(
    "någon är där",
    Phrases.of(
        r"(?:ungdomsgäng|gäng|ungdomar|tonåringar|beväpnad|beväpnade|maskerad|maskerade|fyllon|fyllgubbar|man|män|kille|killar|gubbe|youths|teens|teenagers|gang|guys|men) (?:\w+ ){0,2}(?:på|i|vid|utanför|med|at|in|outside|with|by|near)",
        rf"{_SOME} (?:\w+ ){{0,2}}(?:ungdomar|tonåringar|killar|män|personer|tjejer|pers|kille|man|gubbe) (?:\w+ ){{0,2}}(?:på|i|vid|utanför|med)", r"(?:a|two|three|four|several|some) (?:\w+ )?(?:man|men|guy|guys|teens|teenagers|youths|people|boys) (?:\w+ )?(?:at|in|outside|with|by|near)",
    ),
    only=frozenset({C.WEAPONS, C.YOUTH_GATHERING, C.DISORDER}),
)  # fmt: skip
TOLD_AS_PAST: Final = Sign(
    "det berättas som något som varit",
    Phrases.of(
        "var", "va", "blev", "låg", "stod", "satt", "bråkade", "sa", "höll", "drog", "visade", "brukar", "hittade", "fanns", "ville", "skulle", "såldes", "snodde", "saw", "heard", "said", "found", "told", "took", "ran", "hit", "stole", "hade", "skedde", "hände", "kom", "gick", "tog", "fick", "slog", "såg", "hörde", "sprang", "släpptes", "kunde", "förts", "fördes", "greps", "misstänks", "utreds",
        "was", "were", "had", "got", "did", "happened", "broke", "started", "ended", "came", "went",
    ),
    negatable=False,
)  # fmt: skip
BEFORE_NOW: Final = Sign(
    "det har varit",
    Phrases.of(
        "igår", "i (?:går|förrgår|natt|morse|fjol|somras|vintras|våras|höstas|måndags|tisdags|onsdags|torsdags|fredags|lördags|söndags|helgen|eftermiddags)", "inatt", "imorse", "iförrgår", "förra",
        r"(?:timmar|timme|dagar|veckor|månader|år) (?:sedan|sen)", "häromdagen", r"härom(?:kvällen|natten)", "yesterday", "last (?:night|week|month|weekend|year|summer|monday|tuesday|wednesday|thursday|friday|saturday|sunday)",
        "(?:hours?|days?|weeks?|months?|years?|while) ago", "this morning", "var det", "såg jag", "under (?:natten|dagen|eftermiddagen|kvällen|förmiddagen|morgonen|helgen|gårdagen)", "på (?:mån|tis|ons|tors|fre|lör|sön)dagen", "on (?:mon|tues|wednes|thurs|fri|satur|sun)day",
    ),
    negatable=False,
)  # fmt: skip
HABIT: Final = Sign(
    "det brukar vara så",
    Phrases.of(
        "varje", "varenda", "ofta", "jämt", "jämnt", "alltid", "ibland", "brukar", "dagligen", "ständigt", r"(?:kvällarna|nätterna|helgerna|dagarna|rasterna|morgnarna|vardagarna)", "numera", "nuförtiden", "håller till", "ovana", r"när (?:man|folk) (?:\w+[aeiouyåäö]r|vill|ska)", "när vi (?:vill|ska|går ut)", "all night", r"when(?:ever)? (?:you|we|people) (?!w)\w+", "på sistone", "these days", "lately", "flera gånger", r"(?:andra|tredje|fjärde|femte|sjätte) (?:gången|branden|kvällen|natten|dagen|veckan)", "hela tiden", "titt som tätt", "vareviga", r"i (?:flera )?(?:veckor|månader|år|åratal)",
        "every", "always", "often", "usually", "sometimes", "at night", "all day", "constantly", "all the time", r"(?:keeps|keep) (?!banging|knocking|kicking|screaming|shouting|ringing)\w+ing", "on weekends", "for (?:weeks|months|years)",
    ),
    negatable=False,
)  # fmt: skip
DEPARTED: Final = Sign(
    "de har gått",
    Phrases.of(
        r"har (?:nu )?(?:gått(?! (?:genom|igenom|ner|sönder|på|in|fram|omkring|runt|och|upp|ut|med|förbi)\b)|åkt(?! (?:in|på|fast|omkull|runt)\b)|lämnat|försvunnit|stuckit|dragit)", r"(?:have|has) (?:left|gone)(?! in\b)", "but left", "gone now", r"(?:är|e) (?:\w+ )?borta nu", "nu är (?:han|hon|de|dom) borta",
    ),
    never=frozenset({C.MISSING_PERSON}),
    negatable=False,
)  # fmt: skip
IS_OVER: Final = Sign(
    "det är slut",
    Phrases.of(
        r"är (?:nu )?(?:över|slut|släckt\w*|lugnt|under kontroll)", r"har (?:nu )?(?:slutat|lugnat|släckts|gripits|avslutats)", "kunde släckas", "släcktes", "lugnat (?:ner|ned) sig", "slocknat", "falskt? larm",
        "falsklarm", "det var bara", "visade sig", "missförstånd", "ingen fara", "övning", "drill", r"(?:is|was) (?:over|out)", r"(?:have|has) stopped (?!answering|responding|talking|eating|taking)", "turned out", "false alarm",
        r"(?:återfunn|välbehåll)\w*", "är hittad", "hittades", r"(?:hemma|back) (?:igen|home)", "came home", r"(?:är|e) (?:\w+ )?(?:trygga?|säkra?|okej|ok|bra|hemma|tillbaka|lugna?|uppklara\w+|gripna?) (?:igen )?nu", r"nu är (?:\w+ ){1,2}(?:inlagd|trygga?|säkra?|okej|hemma|tillbaka|lugn)",
        r"(?:mår|går) bra nu", r"(?:okay|ok|fine|safe|better|home|back|all ?right|quiet|calm) now", "är gripn?a?d?(?:en)?", r"(?:greps|gripits|omhändertogs|avvisades)", "was arrested", r"åter (?:öpp\w+|fri)", r"är (?:nu )?(?:bärga[dt]e?|bortforsla\w+|röj[dt]a?)", r"(?:vägen|trafiken|körfältet|vägbanan) (?:är|flyter) (?:nu |åter )?(?:öpp\w+|fri|som vanligt|på)", "before anyone got hurt",
    ),
    negatable=False,
)  # fmt: skip

SIGNS: Final = (
    NOW,
    DOING,
    ACTING,
    LYING,
    OBSTACLE,
    LOOSE,
    ALARM,
    SOMEBODY_THERE,
    TOLD_AS_PAST,
    BEFORE_NOW,
    HABIT,
    DEPARTED,
    IS_OVER,
)
