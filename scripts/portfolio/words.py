"""Made-up names of companies and people, and how titles are said in Chinese and in English."""

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple, TypeVar

from scripts.portfolio.dice import Dice

Language = Literal["zh", "en"]
Part = TypeVar("Part")


class Words(NamedTuple):
    """The same in both languages."""

    zh: str
    en: str

    def said(self, language: Language) -> str:
        """In ``language``."""
        return self.zh if language == "zh" else self.en


class Named(NamedTuple):
    """A name and how it stands in a mail address."""

    name: str
    address: str


FIRST_SIGNS: Final = (
    ("岚", "lan"), ("澄", "cheng"), ("栎", "li"), ("霁", "ji"), ("苇", "wei"), ("檀", "tan"), ("沅", "yuan"),
    ("珩", "heng"), ("汐", "xi"), ("岑", "cen"), ("翊", "yi"), ("荔", "li"), ("棠", "tang"), ("骊", "li"),
    ("砚", "yan"), ("淞", "song"), ("麓", "lu"), ("槿", "jin"), ("茗", "ming"), ("旌", "jing"),
)  # fmt: skip
SECOND_SIGNS: Final = (
    ("川", "chuan"), ("舟", "zhou"), ("野", "ye"), ("桥", "qiao"), ("屿", "yu"), ("序", "xu"), ("渡", "du"),
    ("禾", "he"), ("廷", "ting"), ("穗", "sui"), ("坞", "wu"), ("澜", "lan"), ("峤", "jiao"), ("陌", "mo"),
    ("垣", "yuan"), ("汀", "ting"), ("畔", "pan"),
)  # fmt: skip
FIRST_PARTS: Final = (
    "Alder", "Bracken", "Corv", "Dunmar", "Elder", "Fenwick", "Garrow", "Harlen", "Isling", "Jorvan", "Kestrel",
    "Lorn", "Marrow", "Nether", "Osprey", "Pellan", "Quarry", "Ravel", "Sorrel", "Thistle",
)  # fmt: skip
SECOND_PARTS: Final = (
    "beck", "combe", "dale", "fold", "gate", "holt", "mere", "moor", "quist", "ridge", "shaw", "stoke", "thwaite",
    "vane", "wick", "wold", "yard",
)  # fmt: skip

SURNAMES: Final = (
    ("柳", "liu"), ("邵", "shao"), ("宁", "ning"), ("韦", "wei"), ("凌", "ling"), ("顾", "gu"), ("孟", "meng"),
    ("秦", "qin"), ("范", "fan"), ("陶", "tao"), ("谢", "xie"), ("潘", "pan"), ("姚", "yao"), ("廖", "liao"),
    ("邹", "zou"), ("熊", "xiong"), ("金", "jin"), ("戴", "dai"), ("龚", "gong"), ("文", "wen"), ("欧阳", "ouyang"),
    ("上官", "shangguan"),
)  # fmt: skip
GIVEN_NAMES: Final = (
    ("知远", "zhiyuan"), ("若晴", "ruoqing"), ("明哲", "mingzhe"), ("雨桐", "yutong"), ("嘉树", "jiashu"),
    ("书瑶", "shuyao"), ("景行", "jingxing"), ("思齐", "siqi"), ("晓棠", "xiaotang"), ("子衿", "zijin"),
    ("闻笛", "wendi"), ("念慈", "nianci"), ("正则", "zhengze"), ("采薇", "caiwei"), ("云舒", "yunshu"),
    ("立诚", "licheng"), ("望舒", "wangshu"), ("可为", "kewei"), ("敏", "min"), ("洋", "yang"), ("蕾", "lei"),
    ("涛", "tao"),
)  # fmt: skip
FORENAMES: Final = (
    "Ada", "Bram", "Celia", "Duncan", "Edith", "Felix", "Greta", "Hugo", "Imogen", "Jonas", "Kirsten", "Leon",
    "Maud", "Niall", "Orla", "Piers", "Rosalind", "Sven", "Tessa", "Ulrich", "Vera", "Wendell",
)  # fmt: skip
FAMILY_NAMES: Final = (
    "Abernathy", "Birchall", "Castellan", "Draycott", "Ellingham", "Farrow", "Grimshaw", "Holloway", "Ingersoll",
    "Jessop", "Kettering", "Lindqvist", "Marchbanks", "Norwood", "Oakeshott", "Penhale", "Ravenhill", "Strand",
    "Tolliver", "Underhay", "Vantongeren", "Whitlock",
)  # fmt: skip

_WALK: Final = 7
"""Two neighbours in a portfolio share neither half of their names; prime to the number of pairs, so all are used."""


def company(number: int, language: Language, endings: Sequence[Words], dice: Dice) -> Named:
    """A company's name and the name of its mail domain; the first 340 of a language have a stem of their own."""
    ending = dice.pick(endings).said(language)
    if language == "zh":
        first, second = _pair(number, FIRST_SIGNS, SECOND_SIGNS)
        return Named(first[0] + second[0] + ending, first[1] + second[1])
    stem = "".join(_pair(number, FIRST_PARTS, SECOND_PARTS))
    return Named(f"{stem} {ending}", stem.lower())


def person(language: Language, dice: Dice) -> Named:
    """A person's name, and the part of an address before the at sign."""
    if language == "zh":
        family, given = dice.pick(SURNAMES), dice.pick(GIVEN_NAMES)
        return Named(family[0] + given[0], f"{family[1]}.{given[1]}")
    forename, name = dice.pick(FORENAMES), dice.pick(FAMILY_NAMES)
    return Named(f"{forename} {name}", f"{forename}.{name}".lower())


def _pair(number: int, first: Sequence[Part], second: Sequence[Part]) -> tuple[Part, Part]:
    place = number * _WALK
    return first[place % len(first)], second[place % len(second)]
