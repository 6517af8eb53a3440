"""What a scenario expects, held against the plan: only what is named is compared."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final

import msgspec

from engine.documents.document import Mapping, Node, as_checked, locate, plain
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import Problem, did_you_mean, problem
from engine.language.playbook import Playbook
from engine.planning.plan import ActionPlan

NONE: Final = "none"
Plain = dict[str, Any]


def differences(scenario: Mapping, plan: ActionPlan, playbook: Playbook) -> Iterator[Problem]:
    """Every point in which ``plan`` is not what the scenario's ``expect`` says, with the place of the expectation."""
    written: Plain = msgspec.to_builtins(plan, builtin_types=(Decimal,))
    expect = as_checked(scenario.get("expect"), Mapping)
    yield from _names_of_nothing(expect, playbook)
    for each in expect.entries:
        yield from _COMPARERS.get(each.key, _scalar)(each.key, each.node, written)


def _names_of_nothing(expect: Mapping, playbook: Playbook) -> Iterator[Problem]:
    """Names that the playbook does not have: ``none`` would hold of a mistyped one for ever."""
    for key, what, known in (("warnings", "warning", playbook.warnings), ("messages", "content", playbook.content)):
        node = expect.get(key)
        for name in node.keys() if isinstance(node, Mapping) else ():
            if name not in known:
                place, message = locate(expect, [key, name], key=True), f"the playbook has no {what} `{name}`"
                yield problem(codes.UNKNOWN_NAME, place, message, did_you_mean(name, known))


def _differ(place: Place, what: str, expected: object, found: object, hint: str | None = None) -> Problem:
    return problem(codes.UNMET, place, f"{what}: expected {_shown(expected)}, found {_shown(found)}", hint)


def _shown(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_shown(each) for each in value) or NONE
    return NONE if value is None else f"`{value}`"


def _scalar(key: str, node: Node, plan: Plain) -> Iterator[Problem]:
    expected = plain(node)
    if key != "problem" and expected != plan[key]:
        yield _differ(node.place, key, expected, plan[key])
    if key == "problem":
        yield _differ(node.place, "problem", expected, None)


def _classes(_: str, node: Node, plan: Plain) -> Iterator[Problem]:
    for key, expected in plain(node).items():
        place = locate(node, [key])
        name, _, detail = key.partition(".")
        found = plan["classes"].get(name)
        if found is not None and detail:
            yield from _detail(place, f"class `{name}`, {detail}", expected, found.get(detail))
        elif found is None:
            yield _differ(place, f"class `{name}`", expected, None, did_you_mean(name, plan["classes"]))
        elif isinstance(expected, dict):
            values = {item: each["value"] for item, each in (found["items"] or {}).items()}
            yield from _items(place, f"class `{name}`", expected, values)
        elif expected == "undecided":
            if not found["possible"]:
                yield _differ(place, f"class `{name}`", expected, found["value"])
        elif found["value"] != (None if expected == NONE else expected):
            yield _differ(place, f"class `{name}`", expected, found["value"] or found["possible"])


def _detail(place: Place, what: str, expected: Any, found: Any) -> Iterator[Problem]:
    """One more thing that a plan says of a class; tests are named by what they test."""
    named = [_tested(each) for each in found] if isinstance(found, list | tuple) else found
    if named != _meant(expected):
        yield _differ(place, what, expected, named)


def _tested(member: Any) -> Any:
    return member.get("test") or member["op"] if isinstance(member, dict) and "op" in member else member


def _meant(expected: Any) -> Any:
    """What is expected, with ``none`` for nothing wherever it stands."""
    if isinstance(expected, dict):
        return {key: _meant(value) for key, value in expected.items()}
    if isinstance(expected, list):
        return [_meant(each) for each in expected]
    return None if expected == NONE else expected


def _items(place: Place, what: str, expected: Plain, found: Plain) -> Iterator[Problem]:
    for item, value in expected.items():
        if found.get(item) != (None if value == NONE else value):
            yield _differ(place, f"{what} of {item}", value, found.get(item))


def _concluded(section: str, node: Node, plan: Plain) -> Iterator[Problem]:
    """A conclusion's value or the name of it, ``none``, or a mapping of what the plan says of it."""
    for name, expected in plain(node).items():
        place = locate(node, [name])
        found, what = plan[section].get(name), f"{section.removesuffix('s')} `{name}`"
        if found is None:
            yield _differ(place, what, expected, None, did_you_mean(name, plan[section]))
        elif isinstance(expected, dict):
            for key, value in expected.items():
                yield from _detail(locate(node, [name, key]), f"{what}, {key}", value, found.get(key))
        else:
            figure = expected == NONE or not isinstance(expected, str)
            key = "state" if section == "targets" else "value" if figure else "band"
            yield from _detail(place, what, expected, found[key])


def _warnings(_: str, node: Node, plan: Plain) -> Iterator[Problem]:
    for name, expected in plain(node).items():
        states = {each["item"]: each["state"] for each in plan["warnings"] if each["id"] == name}
        place = locate(node, [name])
        if isinstance(expected, dict):
            yield from _items(place, f"warning `{name}`", expected, states)
        elif expected == NONE:
            if states:
                yield _differ(place, f"warning `{name}`", NONE, sorted(states.values()))
        elif expected not in states.values():
            yield _differ(place, f"warning `{name}`", expected, sorted(states.values()))


def _actions(_: str, node: Node, plan: Plain) -> Iterator[Problem]:
    for key, expected in plain(node).items():
        matching = [each for each in plan["actions"] if _is_at(each["address"], key)]
        yield from _records(locate(node, [key]), f"actions `{key}`", expected, matching)


def _is_at(address: str, key: str) -> bool:
    """Whether ``handbook/rules.complaint/conflict_3r.confirm/A-1/T-1/1``, read from the rule on, is or begins with
    ``key``."""
    own = address.split("/", maxsplit=1)[1]
    return own == key or own.startswith(f"{key}/")


def _messages(_: str, node: Node, plan: Plain) -> Iterator[Problem]:
    for key, expected in plain(node).items():
        matching = [each for each in plan["messages"] if each["content"] == key]
        yield from _records(locate(node, [key]), f"messages `{key}`", expected, matching)


def _records(place: Place, what: str, expected: Any, found: list[Plain]) -> Iterator[Problem]:
    """``none``, ``any``, or a mapping: ``count`` and fields that at least one of the records has."""
    if expected == NONE:
        if found:
            yield _differ(place, what, NONE, [each.get("title") or each.get("subject") for each in found])
        return
    if not found:
        yield _differ(place, what, expected if isinstance(expected, str) else "at least one", None)
        return
    wanted = dict(expected) if isinstance(expected, dict) else {}
    count = wanted.pop("count", None)
    if count is not None and count != len(found):
        yield _differ(place, f"{what}, count", count, len(found))
    if wanted and not any(_fits(each, wanted) for each in found):
        nearest = {key: _field(found[0], key) for key in wanted}
        yield _differ(place, what, _pairs(wanted), _pairs(nearest))


def _pairs(fields: Plain) -> str:
    return ", ".join(f"{key}: {value}" for key, value in fields.items())


def _fits(record: Plain, wanted: Plain) -> bool:
    return all(_equals(_field(record, key), value, record, key) for key, value in wanted.items())


def _equals(found: Any, value: Any, record: Plain, key: str) -> bool:
    if key == "contains":
        texts = value if isinstance(value, list) else [value]
        return all(text in record["body"] for text in texts)
    return bool(found == (None if value == NONE else value))


def _field(record: Plain, key: str) -> Any:
    """A field as scenarios name it: an owner by person, an addressee by contact."""
    value = record.get(key)
    if key == "owner" and isinstance(value, dict):
        return value["person"]
    if key == "to" and isinstance(value, dict):
        return value["contact"] or value["person"]
    if key == "why" and isinstance(record.get("to"), dict):
        return record["to"]["why"]
    if key == "attached" and isinstance(value, list | tuple):
        return [each["content"] for each in value]
    if key == "bring" and isinstance(value, list | tuple):
        return {each["role"] or "all": [piece["content"] for piece in each["content"]] for each in value}
    if key in ("options", "escalation") and isinstance(value, list | tuple):
        return len(value)
    return list(value) if isinstance(value, tuple) else value


def _not_sent(_: str, node: Node, plan: Plain) -> Iterator[Problem]:
    for key, expected in plain(node).items():
        found = {each["contact"]: each["why"] for each in plan["not_sent"] if each["content"] == key}
        if expected == NONE:
            if found:
                yield _differ(locate(node, [key]), f"not sent of `{key}`", NONE, sorted(found))
        else:
            yield from _items(locate(node, [key]), f"not sent of `{key}`", expected, found)


def _gaps(_: str, node: Node, plan: Plain) -> Iterator[Problem]:
    expected = plain(node)
    by_rule = {each["rule"]: each["needs"] for each in plan["gaps"]}
    if expected == NONE:
        if by_rule:
            yield _differ(node.place, "gaps", NONE, sorted(by_rule))
        return
    for rule, needs in expected.items():
        yield from _listed(locate(node, [rule]), f"gap of `{rule}`", needs, by_rule.get(rule))


def _listed(place: Place, what: str, expected: Any, found: list[str] | None) -> Iterator[Problem]:
    if expected == NONE:
        if found is not None:
            yield _differ(place, what, NONE, found)
        return
    wanted = expected if isinstance(expected, list) else [expected]
    if found is None or not set(wanted) <= set(found):
        yield _differ(place, what, wanted, found)


def _suppressed(_: str, node: Node, plan: Plain) -> Iterator[Problem]:
    by_rule = {each["rule"]: each["by"] for each in plan["suppressed"]}
    for rule, expected in plain(node).items():
        yield from _listed(locate(node, [rule]), f"suppression of `{rule}`", expected, by_rule.get(rule))


def _grants(_: str, node: Node, plan: Plain) -> Iterator[Problem]:
    by_rule = {each["rule"]: each for each in plan["grants"]}
    for rule, expected in plain(node).items():
        place, found = locate(node, [rule]), by_rule.get(rule)
        if not isinstance(expected, dict):
            yield from _listed(place, f"grants of `{rule}`", expected, found and found["modules"])
            continue
        for key, wanted in expected.items():
            yield from _listed(place, f"grants of `{rule}`, {key}", wanted, _of_grant(key, found) if found else None)


def _of_grant(key: str, grant: Plain) -> list[str] | None:
    """The modules that a grant names, those withheld, or those it ``lacks``; none where there are none."""
    if key == "lacks":
        found = [name for each in grant["terms"] for name in each["lacks"]]
    elif key == "withheld":
        found = [each["module"] for each in grant["withheld"]]
    else:
        found = list(grant["modules"])
    return found or None


def _offers(_: str, node: Node, plan: Plain) -> Iterator[Problem]:
    found = [each["module"] for each in plan["offers"]] or None
    yield from _listed(node.place, "offers", plain(node), found)


_COMPARERS: Final[dict[str, Callable[[str, Node, Plain], Iterator[Problem]]]] = {
    "classes": _classes,
    "scores": _concluded,
    "targets": _concluded,
    "warnings": _warnings,
    "actions": _actions,
    "messages": _messages,
    "not_sent": _not_sent,
    "gaps": _gaps,
    "suppressed": _suppressed,
    "grants": _grants,
    "offers": _offers,
}
