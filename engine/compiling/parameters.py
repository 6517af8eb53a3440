"""Parameters: their types, the nodes that stand for them, and their values on a day."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import cast

from msgspec import UNSET, Struct

from engine.compiling.symbols import ACCOUNT, Meaning, Symbols
from engine.compiling.typing import constant, describe, duration_as_figure, example, parameter_type
from engine.documents.shapes import place_in
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import Code, Problem, did_you_mean, problem
from engine.foundation.quantities import Duration
from engine.language.playbook import Parameter, Playbook
from engine.language.values import Setting, Written
from engine.matching import core
from engine.matching.core import DURATION, TEXT, TEXTS, Node, ValueType
from engine.matching.run import Value

Sink = Callable[[Problem], None]


class Dated(Struct, frozen=True):
    """The values of one parameter variant from their days on; ``date.min`` for what holds from the beginning."""

    values: tuple[tuple[date, Value], ...]

    def on(self, day: date) -> Value:
        """The value in force on ``day``, unknown before the first date (language 2)."""
        in_force = [value for since, value in self.values if since <= day]
        return in_force[-1] if in_force else UNSET


class Parameters:
    """Every use of a parameter becomes a core node whose name is bound per run; ``bindings`` says to what."""

    def __init__(self, playbook: Playbook, currency: str, sink: Sink, example_values: bool = False) -> None:
        self._playbook = playbook
        self._currency = currency
        self._sink = sink
        self._use_examples = example_values
        self.bindings: dict[str, Dated] = {}
        self.symbols: Symbols
        self._reported: set[str] = set()

    def on(self, day: date) -> Mapping[str, Value]:
        """The value of every binding on ``day``."""
        return {name: dated.on(day) for name, dated in self.bindings.items()}

    def check_all(self) -> None:
        """Checks parameters that nothing uses as those that are used."""
        for parameter in self._playbook.parameters.values():
            self.meaning(parameter.id)

    def type_of(self, name: str) -> ValueType | None:
        """The type that the values of parameter ``name`` give it; none (with a problem) where they give none."""
        parameter = self._playbook.parameters[name]
        first = next(iter(self._settings(parameter)), None)
        if first is None or not first.values:
            return TEXTS if first is not None else None
        kind = parameter_type(first.values[0], self._currency)
        if kind is None:
            message = f"`{first.values[0].text}` is not in the reporting currency {self._currency}"
            self._report(codes.UNIT_MISMATCH, first.place, message, "set `money: {report_in: …}` or convert the figure")
        return TEXTS if first.is_list and kind == TEXT else kind

    def meaning(self, name: str) -> Meaning | None:
        """The parameter as a value of its own type."""
        kind = self.type_of(name)
        if kind is None:
            return None
        parameter = self._playbook.parameters[name]
        node = self._node(parameter, kind)
        return None if node is None else Meaning(node, kind, parameter.one_of)

    def node(self, use: Written, name: str, kind: ValueType) -> Node | None:
        """The node of ``$name`` where ``kind`` is expected; problems name the use, and the parameter's own place."""
        if name not in self._playbook.parameters:
            if f"parameters.{name}" not in self._playbook.broken:
                hint = did_you_mean(name, self._playbook.parameters)
                self._sink(
                    problem(
                        codes.UNKNOWN_PARAMETER,
                        use.place,
                        f"there is no `${name}`: no parameter is named `{name}`",
                        hint,
                    )
                )
            return None
        parameter = self._playbook.parameters[name]
        own = self.type_of(name)
        if own is None:
            return None
        wanted = TEXTS if kind == TEXT and own == TEXTS else kind
        if not _fits(own, wanted):
            code = codes.UNIT_MISMATCH if own.kind == wanted.kind else codes.TYPE_MISMATCH
            message = (
                f"`${name}` is {describe(own)} ({self._settings(parameter)[0].place}), held against {describe(kind)}"
            )
            self._sink(problem(code, use.place, message, f"give it a value such as `{example(kind)}`"))
            return None
        return self._node(parameter, wanted)

    def _node(self, parameter: Parameter, kind: ValueType) -> Node | None:
        if parameter.by is not None:
            return self._by_class(parameter, parameter.by, kind)
        key = _key(parameter.id, kind)
        if key not in self.bindings:
            dated = self._dated(parameter, kind)
            if dated is None:
                return None
            self.bindings[key] = dated
        return core.Parameter(key, kind)

    def _dated(self, parameter: Parameter, kind: ValueType) -> Dated | None:
        values = []
        for since, setting in self._dated_settings(parameter):
            value = self._value(setting, kind)
            if value is UNSET:
                return None
            values.append((since, value))
        if not values:
            self._unset(parameter)
            return None
        return Dated(tuple(values))

    def _dated_settings(self, parameter: Parameter) -> list[tuple[date, Setting]]:
        plain = self._plain(parameter)
        found = [(date.min, plain)] if plain is not None else []
        for written, setting in (parameter.dated or {}).items():
            try:
                found.append((date.fromisoformat(written), setting))
            except ValueError:
                self._report(
                    codes.BAD_FORM,
                    place_in(parameter, "dated", written, key=True),
                    f"`{written}` is no date",
                    "write for example `2026-01-31`",
                )
        if found and plain is None:
            first = min(since for since, _ in found)
            message = f"`{parameter.id}` has no value before {first}: what uses it is unknown until then"
            self._report(codes.DATED_GAP, place_in(parameter, "dated"), message, "add `value: …` for the time before")
        return sorted(found, key=lambda pair: pair[0])

    def _plain(self, parameter: Parameter) -> Setting | None:
        if parameter.value is None and parameter.required and self._use_examples:
            return parameter.example
        return parameter.value

    def _unset(self, parameter: Parameter) -> None:
        message = f"`{parameter.id}` has no value"
        hint = "write `value: …`"
        if parameter.required:
            message = f"`{parameter.id}` must be set by whoever adopts this playbook"
            hint = f"write `value: …`, for example `{parameter.example.values[0].text}`" if parameter.example else hint
        self._report(codes.REQUIRED_UNSET, parameter.place, message, hint)

    def _by_class(self, parameter: Parameter, by: str, kind: ValueType) -> Node | None:
        chooser = self.symbols.meaning(by, ACCOUNT)
        if chooser is None:
            hint = did_you_mean(by, self.symbols.known_names(ACCOUNT))
            self._report(codes.UNKNOWN_NAME, place_in(parameter, "by"), f"`by: {by}` is no class or field", hint)
            return None
        if chooser.type != TEXT:
            message = f"`by: {by}` is {describe(chooser.type)}; values are chosen by a class or a text"
            self._report(codes.TYPE_MISMATCH, place_in(parameter, "by"), message, "name a class")
            return None
        cases = tuple(
            self._case(parameter, chooser, value, setting, kind) for value, setting in (parameter.values or {}).items()
        )
        otherwise = self._constant(parameter.otherwise, kind) if parameter.otherwise else core.Constant(None, kind)
        if None in cases or otherwise is None:
            return None
        return core.Cases(cast("tuple[tuple[Node, Node], ...]", cases), otherwise, kind)

    def _case(
        self, parameter: Parameter, chooser: Meaning, value: str, setting: Setting, kind: ValueType
    ) -> tuple[Node, Node] | None:
        if chooser.values and value not in chooser.values:
            hint = did_you_mean(value, chooser.values)
            self._report(
                codes.UNKNOWN_VALUE,
                place_in(parameter, "values", value, key=True),
                f"`{value}` is no value of `{parameter.by}`",
                hint,
            )
            return None
        result = self._constant(setting, kind)
        return None if result is None else (core.Compare("is", chooser.node, core.Constant(value, TEXT)), result)

    def _constant(self, setting: Setting, kind: ValueType) -> Node | None:
        value = self._value(setting, kind)
        return None if value is UNSET else core.Constant(cast("int", value), kind)

    def _value(self, setting: Setting, kind: ValueType) -> Value:
        """The scaled value of a setting; ``UNSET`` (with a problem) where it is not of the type."""
        if kind.kind == "texts":
            return tuple(str(each.value) for each in setting.values)
        if kind.kind == "number" and kind.unit in ("days", "months", "hours", "working hours"):
            return self._time_figure(setting, kind)
        found = constant(setting.values[0], kind, self._report_once)
        return UNSET if found is None else found.value

    def _time_figure(self, setting: Setting, kind: ValueType) -> Value:
        duration = constant(setting.values[0], DURATION, lambda _: None)
        if duration is not None:
            figure = duration_as_figure(cast("Duration", duration.value), kind)
            if figure is not None:
                return figure
        found = constant(setting.values[0], kind, self._report_once)
        return UNSET if found is None else found.value

    def _settings(self, parameter: Parameter) -> list[Setting]:
        plain = self._plain(parameter)
        every = [plain, *(parameter.dated or {}).values(), *(parameter.values or {}).values(), parameter.otherwise]
        found = [each for each in every if each is not None]
        if not found:
            self._unset(parameter)
        return found

    def _report_once(self, found: Problem) -> None:
        self._report_problem(found)

    def _report(self, code: Code, place: Place, message: str, hint: str | None = None) -> None:
        self._report_problem(problem(code, place, message, hint))

    def _report_problem(self, found: Problem) -> None:
        """A parameter used in ten places is wrong once."""
        if str(found) not in self._reported:
            self._reported.add(str(found))
            self._sink(found)


def _key(name: str, kind: ValueType) -> str:
    return f"{name}:{kind.kind}:{kind.unit}:{kind.scale}"


def _fits(own: ValueType, wanted: ValueType) -> bool:
    if own.kind == "duration" and wanted.kind == "number":
        return wanted.unit in ("days", "months", "hours", "working hours")
    if own.kind == "text" and wanted.kind in ("date", "instant"):
        return True
    if own.kind == "number" and wanted.kind == "number":
        return own.unit == wanted.unit or (own.unit == "number" and wanted.unit not in ("percent", "percentage points"))
    return own.kind == wanted.kind
