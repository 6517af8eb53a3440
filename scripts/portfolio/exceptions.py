"""Exceptions as a team would have them: agreed with somebody, for a reason, until a day."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any


def exceptions(portfolio: Iterable[dict[str, Any]], as_of: date) -> dict[str, Any]:
    """Exceptions for an account of ``portfolio`` and by condition; on ``as_of`` one has ended, one is to come."""

    def day(days: int) -> date:
        return as_of + timedelta(days=days)

    frozen = [each["id"] for each in portfolio if each.get("fields", {}).get("budget_status") == "frozen"]
    return {
        "exceptions": {
            "budget_year_end": {
                "rules": ["warnings.budget_frozen"],
                "accounts": frozen[:1],
                "until": day(41),
                "why": "年度预算每年四季度例行冻结，一月解冻，已与客户财务确认",
                "who": "岑语薇（客户经理），沈明远批准",
            },
            "cooperation_ended": {
                "when": {"relationship.ended_on": {"present": True}},
                "until": day(222),
                "why": "合作已结束，只做归档，不再安排工作",
                "who": "陆清和（销售总监）",
            },
            "port_closed": {
                "rules": ["warnings.late_delivery"],
                "when": {"profile.industry": "logistics"},
                "from": day(-6),
                "until": day(10),
                "why": "港口因大风停航一周，已统一告知物流客户",
                "who": "谷铁成（交付经理）",
            },
            "public_tender": {
                "rules": ["warnings.renewal_unclear"],
                "when": {"profile.industry": "public"},
                "until": day(60),
                "why": "Public customers may not say anything while the tender runs",
                "who": "Margaret Ashdown",
            },
            "summer_break": {
                "rules": ["cadence.weekly_call"],
                "when": {"profile.country": "DE"},
                "until": day(-80),
                "why": "Plant holidays in July and August",
                "who": "Ivo Keller",
            },
            "new_year": {
                "rules": ["cadence.weekly_call", "cadence.weekly_mail"],
                "when": {"profile.country": {"is_not": "CN"}},
                "from": day(32),
                "until": day(44),
                "why": "Nobody is at work between Christmas and New Year",
                "who": "Margaret Ashdown",
            },
        }
    }
