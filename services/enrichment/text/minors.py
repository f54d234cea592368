"""Whether a child or a young person is concerned."""

from typing import Final

from services.enrichment.text.phrases import Phrases
from services.enrichment.text.signs import Sign

_AGE: Final = "(?:ett|två|tre|fyra|fem|sex|sju|åtta|nio|tio|elva|tolv|tretton|fjorton|femton|sexton|sjutton)"
_GRADE: Final = "(?:första|andra|tredje|fjärde|femte|sjätte|sjunde|åttonde|nionde)"

_GRADE_EN: Final = "(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)"

MINOR: Final = Sign(
    "barn eller ungdom berörs",
    Phrases.of(
        r"barn(?:en|et|s|ens|ets)?", r"barnbarn\w*", r"småbarn\w*", r"bebis\w*", r"spädbarn\w*", r"flick(?:a|an|or|orna)s?", r"pojk(?:e|en|ar|arna)s?",
        r"elev(?:en|er|erna)?s?", r"ungdom(?:ar|arna|en|s\w*)?", r"tonåring\w*", r"tonårs\w*", r"ung(?:en|ar|arna|e)", "kidsen",
        r"förskol\w*", r"dagis\w*", r"lågstadi\w*", r"mellanstadi\w*", r"högstadi\w*", r"skolbarn\w*", r"minderårig\w*", r"fritidshem\w*", r"fritidsgård\w*",
        r"(?:min|vår|hennes|hans|deras|grannens) (?:son|dotter)s?", "mina barn", r"(?:[1-9]|1[0-7])[ -]?(?:år(?:ig|ing)?\w*|åring\w*)", r"tonårig\w*",
        rf"{_AGE}åring(?:en|ar|arna|s)?", rf"{_AGE}årig\w*", rf"{_GRADE}klassar\w*", r"i (?:ettan|tvåan|trean|fyran|femman|sexan|sjuan|åttan|nian) (?:på|blev|har)",
        r"klasskamrat\w*", r"skolelev\w*", r"gymnasieelev\w*", r"högstadieelev\w*", r"treåring\w*", r"parvel\w*", r"bäbis\w*", r"småtting\w*",
        "(?:kille|tjej|pojke|flicka|killar|tjejer) i (?:ettan|tvåan|trean|fyran|femman|sexan|sjuan|åttan|nian)",
        r"child(?:ren)?(?:'s)?", r"kid(?:s|'s)?", r"bab(?:y|ies)", r"toddlers?", r"teen(?:s|ager|agers|age)?", r"youths?", r"pupils?", r"students?", r"schoolkids?",
        r"(?:my|our|her|his|their) (?:little )?(?:son|daughter)s?", r"boys?", r"girls?", r"(?:[1-9]|1[0-7])[ -]years?[ -]old", r"minors?", "youngsters?", "underage", r"year [1-9]\b",
        r"(?:schoolboy|schoolgirl)s?", rf"{_GRADE_EN}[- ]graders?", r"(?:my|our|her|his|their) (?:nephew|niece|son|daughter|brother|sister|grandson|granddaughter),? (?:aged? |who is )?(?:[1-9]|1[0-7])\b(?! (?:days|weeks|months|years ago))",
        r"(?:systerdotter|systerson|brorsdotter|brorson|kusin|dotterdotter|dotterson|sondotter|sonson|lillasyster|lillebror|syster|bror|kille|tjej)(?:n|en|s)?,?(?: som är| på| är)? (?:[1-9]|1[0-7])(?! (?:april|maj|km|meter|min))\b", r"grann(?:pojke|pojken|flicka|flickan|barn|barnen|unge|ungen|ungar)\w*", r"småkill\w*", r"småtjej\w*",
    ),
    negatable=False,
)  # fmt: skip
