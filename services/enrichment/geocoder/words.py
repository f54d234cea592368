"""The small words around a place name that say whether something happened there."""

from functools import cache
from typing import Final

from services.enrichment.geocoder.build_words import ORDINARY_WORDS


def _words(line: str) -> frozenset[str]:
    return frozenset(line.split())


AT: Final = _words(
    "i på vid hos kring runt bakom framför intill bredvid invid genom längs över in at on by around behind"
)
NEAR: Final = _words("utanför nära utmed mittemot bortom ovanför nedanför jämte outside near opposite beside")
BEARINGS: Final = {
    "norr": 0, "nordost": 45, "öster": 90, "sydost": 135, "söder": 180, "sydväst": 225, "väster": 270, "nordväst": 315,
    "norrut": 0, "söderut": 180, "österut": 90, "västerut": 270, "north": 0, "east": 90, "south": 180, "west": 270,
}  # fmt: skip
"""Degrees from north, for "norr om" and "north of"."""

LEVEL: Final = frozenset({"höjd", "level"})
"""Before "med": "i höjd med"."""

CROSSING: Final = _words(
    "korsningen korsning hörnet hörn gathörnet crossing corner intersection junction rondellen"
)
CROSSES: Final = _words("och and korsar korsning x möter med vid mellan av of between the & crosses meets")
NUMBERED: Final = frozenset({"nr", "nummer", "number"})
COUNTED: Final = _words(
    "st stycken stycka meter m km minuter min timmar tim gånger dagar dygn veckor år kl klockan tiden bilar mopeder moppar "
    "cyklar barn elever vuxna män kvinnor pojkar flickor pers procent kronor kr cars times minutes hours days men women adults"
)
"""After a number: it counts these, it is no house number."""
TOWARDS: Final = frozenset({"mot", "till", "towards", "toward", "to", "via"})
FROM: Final = frozenset({"från", "ifrån", "from"})
BETWEEN: Final = frozenset({"mellan", "between"})
AND: Final = frozenset({"och", "eller", "samt", "and", "or", "&", "/"})
NOT: Final = frozenset({"inte", "ej", "icke", "not", "inga", "aldrig"})
BUT: Final = frozenset({"utan", "but"})
MODIFIERS: Final = _words(
    "centrala norra södra östra västra nordöstra nordvästra sydöstra sydvästra yttre själva gamla nya lilla stora hela "
    "central downtown northern southern eastern western the just precis här där nere uppe ute borta inne strax"
)
LIVES: Final = _words("bor bodde bosatt hemmahörande skriven lives live living uppvuxen född jobbar arbetar")
COMES: Final = _words("kom kommer kommit åkte körde reste came comes drove travelled")
CAME: Final = frozenset({"kom", "kommer", "kommit", "came"})
ARRIVED: Final = frozenset({"in", "fram", "hem", "tillbaka", "back", "home"})
"""After "kom" and before "till": it is where they are now."""

SOMEBODY: Final = _words("jag vi du han hon de dom they he she i we någon nån somebody someone")
"""With the people below: who comes from a place. Smoke and noise that come from it are there."""

SENT: Final = _words(
    "beordras beordrades beordrats beordrade kallas kallades kallats larmas larmades larmats larmade skickas skickades rycker "
    "ryckte rycka anlände anländer larm called sent dispatched"
)
"""Before "till": help was sent there, so it happened there."""

PEOPLE: Final = _words(
    "man mannen kvinna kvinnan kille killen killar killarna tjej tjejen tjejer person personen personer gäng gänget ungdom "
    "ungdomar ungdomarna patrull patruller polis polisen poliser brandmän styrkor styrka ambulans kompis kompisar kusin lag "
    "laget folk familj grannar guy guys kid kids people gang friend friends boys girls team åring åringen"
)
NOT_FROM_THERE: Final = PEOPLE | _words(
    "buss bussen tåg tåget båt båten taxi taxin bus train alla många några någon nån vissa everyone everybody someone those"
)
"""Before "från": where they come from says nothing of where they are. Smoke and noise that come from a place are there."""

OFFICES: Final = _words("polis polisen police socialen socialtjänsten kommunen tingsrätten försäkringskassan")
"""Before "i" and a town: they may be all that is there."""

CALLED: Final = frozenset({"heter", "hette", "named", "called"})
KIN: Final = _words(
    "son sonen dotter dottern bror brorsan brodern syster systern syrran mamma mamman pappa pappan fru frun sambo sambon "
    "granne grannen lärare läraren lärarinnan chef chefen kollega kollegan ex exet expojkvän exman kusin kompis kompisen "
    "vän vännen pojkvän flickvän farbror moster faster morfar farfar mormor farmor herr fröken neighbour teacher brother "
    "sister father mother wife husband boyfriend girlfriend colleague boss"
)
"""Before a given name, and a surname that is a place too."""

RELATIVES: Final = _words(
    "bror brorsan syster syrran mamma pappa kusin kompis kompisar vän vänner bekant bekanta farbror moster faster morfar farfar "
    "mormor farmor föräldrar släktingar brother sister mother father cousin friend friends uncle aunt parents"
)
"""Before "i" and a town: they live there."""

INSTITUTIONS: Final = _words(
    "tingsrätt tidning tidningar if ik bk fk fc ff hc hockey ishockey fotboll bandy posten kommunhus kommunchef polis "
    "tingsrätts energi bostäder bostads rådhus"
)
ALSO_WORDS: Final = _words(
    "berg fors boda holm horn hult kil lit los lund lunde lur ljung rot ryd tun nye mark ale kista kinda kosta lima mora "
    "nora roma ruda trosa viken skruv gryt lagan eket valla lycke rolfs sylta fegen djura härad hede hamra järna åsa ås "
    "vega salem skene strand hamn å sund vik dal torp näs malma bro ed ullevi danmark eda tanum alma linda sandra skoga "
    "kalla forsa hova ekeby torup vänge gimo bie kode norje stigen boden klippan trekanten parksidan järpen "
    "flarken bleket hästhagen kungsgården insjön kläppa höljes stånga ulrika julita vilhelmina hammar sälen säter svarte "
    "bullaren nyland sommen berga brunna höje deje björke"
)
"""Ordinary words, given names and surnames that are place names too and that police texts do not show in lower case."""

_NEVER_MISSPELT: Final = _words(
    "norge danmark finland polen tyskland ryssland syrien irak iran somalia ukraina usa europa sverige skandinavien island "
    "facebook instagram snapchat tiktok google ullevi friends volvo willys coop lidl maxi hemköp ica rusta dollarstore "
    "jula biltema circle preem shell okq8 hemma ute bilen stan huset skolan affären gården"
)


@cache
def lower_case_words() -> frozenset[str]:
    """Words that running Swedish text writes in lower case."""
    return frozenset(ORDINARY_WORDS.read_text(encoding="utf-8").split())


@cache
def ordinary_words() -> frozenset[str]:
    """The same with given names and what else is no place by itself."""
    return lower_case_words() | ALSO_WORDS


@cache
def never_misspelt() -> frozenset[str]:
    """Words from which no place name is guessed."""
    return ordinary_words() | _NEVER_MISSPELT


def is_short_or_ordinary(name: str) -> bool:
    """Whether a written name could as well be no place at all."""
    return len(name) <= 3 or name in ordinary_words() or name.removesuffix("s") in ordinary_words()
