"""The story behind an account: what is true of it before any record is written. Records only tell it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from scripts.portfolio.days import months_before
from scripts.portfolio.dice import Dice
from scripts.portfolio.industries import INDUSTRIES, Industry
from scripts.portfolio.words import Language, Named, Words, company

Care = Literal["kept", "slipping", "neglected", "none"]
Sign = Literal[
    "leader_gone", "rival", "frozen", "termination", "complaint", "late", "unclear", "unasked", "shrinking",
    "bundling", "unused", "outage", "unhappy", "literal",
]  # fmt: skip

RED: Final[dict[Sign, int]] = {"leader_gone": 3, "rival": 3, "frozen": 2, "termination": 2}
OTHER: Final[dict[Sign, int]] = {
    "complaint": 6, "late": 7, "unclear": 4, "unasked": 5, "shrinking": 5, "bundling": 3, "unused": 4, "outage": 4,
    "unhappy": 6, "literal": 4,
}  # fmt: skip
"""What can be wrong with an account, in per cent of all accounts; the first would be red."""

ABROAD: Final = {
    "GB": ("Europe/London", "en-GB"),
    "US": ("America/New_York", "en-US"),
    "DE": ("Europe/Berlin", "en-GB"),
    "SG": ("Asia/Singapore", "en-SG"),
    "AU": ("Australia/Sydney", "en-AU"),
}
REGIONS: Final = ("华东", "华南", "华北", "华中", "西南", "西北", "东北")

REVENUE: Final = {(200, 900): 40, (900, 2_500): 32, (2_500, 6_000): 18, (6_000, 16_000): 7, (16_000, 40_000): 3}
"""Yearly turnover in thousands, and how many per cent of the accounts: few accounts bring most of it."""


_CARE: Final[dict[Care, int]] = {"kept": 72, "slipping": 20, "neglected": 8}
_CARE_OF_THE_SHRINKING: Final[dict[Care, int]] = {"kept": 40, "slipping": 35, "neglected": 25}
"""How often a rhythm is kept, in per cent: who is not talked with buys less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One account as it is.

    ``revenue`` is a year's turnover in thousands of ``currency``, ``growth`` its change per quarter in per cent,
    ``content`` how satisfied people are (0 to 100) unless they are unhappy, ``fit`` how well we suit each other.
    ``care`` says how well our contacts kept their rhythm, ``step`` how far up the ladder of value the joint work has
    got (0 to 3).
    """

    number: int
    as_of: date
    dice: Dice
    language: Language
    locale: str
    country: str
    region: str | None
    timezone: str
    industry: Industry
    company: Named
    size: str
    cross_border: bool
    started_on: date
    currency: str
    revenue: int
    growth: int
    content: int
    fit: int
    complementarity: int
    judged: bool
    care: Care
    step: int
    signs: frozenset[Sign]

    @property
    def id(self) -> str:
        """The account's id."""
        return f"G-{self.number:04}"

    @property
    def months(self) -> int:
        """Complete months since it began; negative before."""
        begun, seen = self.started_on, self.as_of
        return (seen.year - begun.year) * 12 + seen.month - begun.month - (seen.day < begun.day)

    def say(self, words: Words) -> str:
        """``words`` in the account's language."""
        return words.said(self.language)

    def has(self, sign: Sign) -> bool:
        """Whether ``sign`` is to be seen."""
        return sign in self.signs


def draw_story(seed: int, number: int, as_of: date) -> Story:
    """The story of account ``number`` of the portfolio ``seed``."""
    dice = Dice(f"{seed}/{number}")
    language: Language = dice.weighted({"zh": 68, "en": 32})
    industry = dice.weighted({each: each.share for each in INDUSTRIES})
    country = "CN" if language == "zh" else dice.pick(tuple(ABROAD))
    timezone, locale = ("Asia/Shanghai", "zh-CN") if language == "zh" else ABROAD[country]
    least, most = dice.weighted(REVENUE)
    revenue = dice.between(least, most)
    signs = _signs(dice.of("signs"))
    return Story(
        number=number,
        as_of=as_of,
        dice=dice,
        language=language,
        locale=locale,
        country=country,
        region=dice.pick(REGIONS) if language == "zh" else None,
        timezone=timezone,
        industry=industry,
        company=company(number, language, industry.endings, dice.of("name")),
        size="large" if revenue >= 6_000 else "medium" if revenue >= 900 else "small",
        cross_border=industry.id in {"retail", "logistics"} and dice.chance(40),
        started_on=_began(dice.of("began"), as_of),
        currency="USD" if country == "US" else "EUR" if country == "DE" else "CNY",
        revenue=revenue // 7 if country in {"US", "DE"} else revenue,
        growth=dice.weighted({-2: 15, 0: 30, 1: 30, 3: 20, 6: 5}),
        content=dice.between(76, 95),
        fit=dice.between(15, 95),
        complementarity=dice.between(15, 95),
        judged=dice.chance(90),
        care=dice.weighted(_CARE_OF_THE_SHRINKING if "shrinking" in signs else _CARE),
        step=dice.weighted({0: 25, 1: 40, 2: 25, 3: 10}),
        signs=signs,
    )


def _signs(dice: Dice) -> frozenset[Sign]:
    """Most accounts are well; one that is red tends to show something else too."""
    red = [sign for sign, percent in RED.items() if dice.chance(percent)]
    others = [sign for sign, percent in OTHER.items() if dice.chance(percent * 3 if red else percent)]
    return frozenset(red + others)


def _began(dice: Dice, as_of: date) -> date:
    """A day up to ten years ago; some began this quarter, some this year."""
    months = dice.weighted({0: 5, 3: 12, 12: 20, 24: 24, 48: 25, 84: 14})
    reach = {0: 3, 3: 9, 12: 12, 24: 24, 48: 36, 84: 36}[months]
    return months_before(as_of, months + dice.between(0, reach - 1)) - timedelta(days=dice.between(0, 27))
