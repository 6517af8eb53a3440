"""The constraint cases of the Unleash client specification, said in conditions: results that nobody here wrote.

A feature becomes a playbook with one warning, a context the declared data of an account. Nothing is bent: an absent
property stays absent, and a constraint that has no condition is handed to ``check`` as it is, which must refuse it.

``python -m tests.conformance.unleash`` writes ``docs/conformance.md``.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import msgspec

import engine
from engine.inference.engines import EngineName
from tests import inline

FOLDER: Final = Path(__file__).parents[1] / "cases" / "unleash"
PAGE: Final = Path(__file__).parents[2] / "docs" / "conformance.md"
AS_OF: Final = "2026-11-20"

Fields = dict[str, Any]
Verdict = Literal["passed", "failed", "unknown", "refused"]

_OPERATORS: Final = {
    "IN": "in", "NOT_IN": "not_in",
    "STR_STARTS_WITH": "starts_with", "STR_ENDS_WITH": "ends_with", "STR_CONTAINS": "contains", "REGEX": "matches",
    "NUM_EQ": "is", "NUM_GT": "above", "NUM_GTE": "at_least", "NUM_LT": "below", "NUM_LTE": "at_most",
    "DATE_AFTER": "after", "DATE_BEFORE": "before",
}  # fmt: skip
_REGARDLESS_OF_CASE: Final = {
    "STR_STARTS_WITH": r"(?i)\A(?:{})", "STR_ENDS_WITH": r"(?i)(?:{})\z", "STR_CONTAINS": "(?i){}",
}  # fmt: skip


class Case(NamedTuple):
    """A feature and a context, and whether the feature is on there."""

    suite: str
    name: str
    feature: Fields
    context: Fields
    is_on: bool


class Result(NamedTuple):
    """What came of a case here: what is missing where that is unknown, the problem where ``check`` refuses it."""

    verdict: Verdict
    why: str = ""


def cases() -> list[Case]:
    """Every case of every file, in their order."""
    return [case for path in sorted(FOLDER.glob("*.json")) for case in _cases(path)]


def _cases(path: Path) -> Iterator[Case]:
    document = json.loads(path.read_text("utf-8"))
    features = {each["name"]: each for each in document["state"]["features"]}
    for each in document["tests"]:
        context = each["context"]
        properties = {name: value for name, value in context.items() if name != "properties"}
        fields = {**properties, **context.get("properties", {})}
        yield Case(document["name"], each["description"], features[each["toggleName"]], fields, each["expectedResult"])


# -- conditions ----------------------------------------------------------------------------------------


def playbook_of(feature: Fields) -> str:
    """A playbook whose warning fires where the feature is on."""
    of = [_strategy(each) for each in feature["strategies"]]
    when = of[0] if len(of) == 1 else {"any": of}
    warning = {"light": "yellow", **({"when": when} if when else {})}
    fields = {name: {"type": kind} for name, kind in _types(feature).items()}
    document = {"fields": fields, "warnings": {"feature": warning}}
    return "\n".join(f"{key}: {_json(value)}" for key, value in document.items() if value) + "\n"


def _strategy(strategy: Fields) -> Fields:
    """All of its constraints hold; nothing for a strategy without any."""
    of = [_constraint(each) for each in strategy["constraints"]]
    if strategy["name"] == "userWithId":
        of.append({"userId": {"in": strategy["parameters"]["userIds"].split(",")}})
    return {"all": of} if len(of) > 1 else of[0] if of else {}


def _constraint(constraint: Fields) -> Fields:
    field, operator = constraint["contextName"], constraint["operator"]
    tests = [{field: each} for each in _tests(operator, constraint)]
    test = tests[0] if len(tests) == 1 else {"any": tests}
    return {"not": test} if constraint.get("inverted") else test


def _tests(operator: str, constraint: Fields) -> Iterator[Fields]:
    """The tests of which one has to hold."""
    ours, values = _OPERATORS.get(operator, operator), constraint.get("values", [])
    if operator in ("IN", "NOT_IN"):
        yield {ours: values}
    elif operator in _REGARDLESS_OF_CASE and constraint.get("caseInsensitive"):
        yield from ({"matches": _REGARDLESS_OF_CASE[operator].format(re.escape(each))} for each in values)
    elif operator in _REGARDLESS_OF_CASE:
        yield from ({ours: each} for each in values)
    else:
        flag = "(?i)" if constraint.get("caseInsensitive") else ""
        yield {ours: _typed(flag + constraint["value"], _type(operator))}


def _types(feature: Fields) -> dict[str, str]:
    """The data that a feature reads, with its types."""
    constraints = [each for strategy in feature["strategies"] for each in strategy["constraints"]]
    found = {each["contextName"]: _type(each["operator"]) for each in constraints}
    users = any(each["name"] == "userWithId" for each in feature["strategies"])
    return {**found, **({"userId": "text"} if users else {})}


def _type(operator: str) -> str:
    return {"NUM": "number", "DATE": "instant"}.get(operator.partition("_")[0], "text")


def _typed(value: str | None, kind: str) -> Any:
    """A value of a context or a constraint, which has all of them as texts."""
    return msgspec.Raw(value.encode()) if kind == "number" and value is not None else value


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


# -- results -------------------------------------------------------------------------------------------


def absent(case: Case) -> list[str]:
    """What the feature reads and the context does not have."""
    return [name for name in _types(case.feature) if name not in case.context]


def result(case: Case, run_by: EngineName | None = None) -> Result:
    """What comes of a case: plan and explanation have to agree on it."""
    text = playbook_of(case.feature)
    refused = [each for each in inline.problems(text) if each.severity == "error"]
    if refused:
        return Result("refused", f"{refused[0].code}: {refused[0].message}")
    types = _types(case.feature)
    fields = {name: _typed(value, types.get(name, "text")) for name, value in case.context.items()}
    compiled, account, as_of = inline.playbook(text), inline.account(fields=fields), inline.at(AS_OF)
    plan = engine.plan_account(compiled, account, as_of=as_of, engine=run_by)
    (rule,) = engine.explain_account(compiled, account, as_of=as_of, engine=run_by).rules
    fires = bool(plan.warnings)
    if rule.result == "unknown" and not fires:
        return Result("unknown", ", ".join(f"`{path}` is absent" for gap in plan.gaps for path in gap.needs))
    assert rule.result == ("true" if fires else "false"), case.name
    return Result("passed" if fires is case.is_on else "failed")


# -- the page ------------------------------------------------------------------------------------------

_HEAD: Final = """\
# Conformance

Conditions are held against constraint cases that others wrote: those of the
[Unleash client specification](https://github.com/Unleash/client-specification) (Apache-2.0; the files, as they are
there, lie in `tests/cases/unleash`). A feature becomes a playbook with one warning, a context the declared data of an
account. A case passes where the warning fires exactly if the feature is on, with both engines. This page is generated
(`make docs`), and a test holds it current.

| file | cases | pass | unknown here | refused by `check` |
| --- | ---: | ---: | ---: | ---: |
"""

_WRITTEN: Final = """
## How a constraint is written

| constraint | condition |
| --- | --- |
| `IN`, `NOT_IN` | `in`, `not_in` |
| `STR_STARTS_WITH`, `STR_ENDS_WITH`, `STR_CONTAINS` | `starts_with`, `ends_with`, `contains`; of several values `any` |
| the same, `caseInsensitive` | `matches` with `(?i)`; the others compare letter by letter |
| `REGEX` | `matches`: RE2 as there, found anywhere in the text unless it is anchored |
| `NUM_EQ`, `NUM_GT`, `NUM_GTE`, `NUM_LT`, `NUM_LTE` | `is`, `above`, `at_least`, `below`, `at_most` |
| `DATE_AFTER`, `DATE_BEFORE` | `after`, `before`; the very moment is neither |
| `inverted` | `not` |
| several constraints, several strategies | `all`, `any` |
| the strategy `userWithId` | `in` with its ids |

Contexts hold texts, accounts hold typed data: `'12.0'` becomes the number `12.0` (`type: number`), which equals 12, and
moments are `type: instant`, whose offsets count. Semantic versions are not among these cases, and no type of the
language.
"""

_UNKNOWN: Final = """
## Unknown here

A property that a context does not have equals nothing there. Here an absent key is unknown, and only `null` is known
none ([1.2](spec/1-missing-data.md)): whatever the case expects, the warning does not fire and the plan names the gap.
With `null` in place of what is absent each of these cases passes; the test tries that too.

"""

_REFUSED: Final = """
## Refused by `check`

What can never hold, or always does, is taken for a slip of the pen and told before anything is planned; there it is
quietly off or on. Of patterns out of bounds the cases say the same: to be rejected upstream.

"""


def page() -> str:
    """``docs/conformance.md``."""
    results = [(case, result(case)) for case in cases()]
    return "".join((_HEAD, *_counts(results), _WRITTEN, _UNKNOWN, *_listed(results, "unknown"), _REFUSED,
                    *_listed(results, "refused")))  # fmt: skip


def _counts(results: list[tuple[Case, Result]]) -> Iterator[str]:
    suites = dict.fromkeys(case.suite for case, _ in results)
    for suite in (*suites, None):
        found = Counter(each.verdict for case, each in results if suite in (case.suite, None))
        figures = (found.total(), found["passed"], found["unknown"], found["refused"])
        yield f"| {f'`{suite}`' if suite else '**all**'} | {' | '.join(map(str, figures))} |\n"


def _listed(results: list[tuple[Case, Result]], verdict: Verdict) -> Iterator[str]:
    for case, each in results:
        if each.verdict == verdict:
            yield f"- {case.suite[:2]} “{case.name}”, {'on' if case.is_on else 'off'} there: {each.why}\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
