"""Our people, all made up: who looks after which account, who leads and covers whom, who is away."""

from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from scripts.portfolio.story import Story


class Colleague(NamedTuple):
    """One of us: id, name, role, who leads and who covers them."""

    id: str
    name: str
    role: str
    manager: str
    cover: str


_LEADERS: Final = (
    Colleague("lu_qinghe", "陆清和", "sales_director", "", "shen_mingyuan"),
    Colleague("shen_mingyuan", "沈明远", "regional_lead", "lu_qinghe", "margaret_ashdown"),
    Colleague("margaret_ashdown", "Margaret Ashdown", "regional_lead", "lu_qinghe", "shen_mingyuan"),
)
_CHINESE: Final = tuple(
    Colleague(name, said, "account_manager", "shen_mingyuan", cover)
    for name, said, cover in (
        ("cen_yuwei", "岑语薇", "tong_zhiheng"), ("tong_zhiheng", "童之恒", "cen_yuwei"),
        ("mu_jinshu", "穆锦书", "ye_lingfeng"), ("ye_lingfeng", "叶凌风", "qiao_anran"),
        ("qiao_anran", "乔安然", "mu_jinshu"), ("shu_wanqing", "舒晚晴", "ji_beichen"),
        ("ji_beichen", "纪北辰", "shu_wanqing"), ("ruan_qiuyue", "阮秋月", "cen_yuwei"),
    )
)  # fmt: skip
_ENGLISH: Final = tuple(
    Colleague(name, said, "account_manager", "margaret_ashdown", cover)
    for name, said, cover in (
        ("tom_wexford", "Tom Wexford", "lydia_marsh"), ("lydia_marsh", "Lydia Marsh", "tom_wexford"),
        ("ivo_keller", "Ivo Keller", "lydia_marsh"), ("nora_beckett", "Nora Beckett", "tom_wexford"),
    )
)  # fmt: skip
_SHARED: Final = {
    "technical_expert": (
        ("dou_wenbin", "窦文彬"),
        ("yan_siyuan", "颜思源"),
        ("petra_holm", "Petra Holm"),
        ("mai_lin", "麦琳"),
    ),
    "delivery_manager": (("gu_tiecheng", "谷铁成"), ("xia_muyun", "夏沐云"), ("oscar_lund", "Oscar Lund")),
    "service_manager": (("bai_ruolan", "白若兰"), ("simon_pike", "Simon Pike")),
    "product_manager": (("luo_jiayi", "罗嘉懿"), ("anna_fairley", "Anna Fairley")),
    "executive_sponsor": (("tan_hongtu", "谭鸿图"), ("victor_hale", "Victor Hale"), ("zhuang_min", "庄敏")),
}
_EMPTY_SEATS: Final = 12
"""Per cent of seats beside the account manager's that nobody is named for."""

_AWAY: Final = {
    "cen_yuwei": (-4, 7),
    "mu_jinshu": (-1, 3),
    "ye_lingfeng": (-2, 1),
    "lydia_marsh": (3, 14),
    "gu_tiecheng": (-20, -10),
    "tan_hongtu": (0, 0),
}
"""First and last day away, counted from the day of the snapshots; one who covers for another is away too."""

_ON_CALL: Final = frozenset({"petra_holm", "bai_ruolan"})


def owners(story: Story) -> dict[str, str]:
    """Who looks after the account, by role. The account manager is always named."""
    dice = story.dice.of("owners")
    managers = _CHINESE if story.language == "zh" else _ENGLISH
    seats = {role: dice.pick(_speaking(story, people)) for role, people in _SHARED.items()}
    named = {role: who for role, who in seats.items() if not dice.chance(_EMPTY_SEATS)}
    return {"account_manager": dice.pick(managers).id, **named}


def _speaking(story: Story, people: tuple[tuple[str, str], ...]) -> list[str]:
    """Those of ``people`` whose name is written as the account's language is."""
    return [who for who, name in people if name.isascii() == (story.language == "en")]


def people(as_of: date) -> dict[str, Any]:
    """The team file as it is on ``as_of``."""
    return {"people": {each.id: _person(each, as_of) for each in (*_LEADERS, *_CHINESE, *_ENGLISH, *_experts())}}


def _experts() -> list[Colleague]:
    """Those who serve many accounts cover the next of their role."""
    return [
        Colleague(name, said, role, "lu_qinghe", some[(number + 1) % len(some)][0])
        for role, some in _SHARED.items()
        for number, (name, said) in enumerate(some)
    ]


def _person(who: Colleague, as_of: date) -> dict[str, Any]:
    found: dict[str, Any] = {"name": who.name, "roles": [who.role]}
    found |= {"manager": who.manager} if who.manager else {}
    found |= {"cover": who.cover, "email": f"{who.id.replace('_', '.')}@supplier.example"}
    found |= {"capacity": "20 accounts"} if who.role == "account_manager" else {}
    found |= {"hours": "always"} if who.id in _ON_CALL else {}
    if who.id in _AWAY:
        first, last = (as_of + timedelta(days=days) for days in _AWAY[who.id])
        found["away"] = [{"from": first, "to": last}]
    return found
