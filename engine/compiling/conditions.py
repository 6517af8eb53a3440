"""Written conditions → clauses: names resolved, types checked, every test a core node."""

from collections.abc import Callable
from typing import Final, cast

from msgspec.structs import replace

from engine.compiling.bands import falls, rising
from engine.compiling.clauses import Branch, Clause, Leaf, all_of, truth_node
from engine.compiling.comparing import _rescaled, _scale, compare, window
from engine.compiling.lengths import CLOCK, DATES, Lengths
from engine.compiling.parameters import Parameters
from engine.compiling.past import Memory, Past, moved_number, moved_ranks
from engine.compiling.symbols import ACCOUNT, Meaning, Symbols, View
from engine.compiling.typing import constant, describe, pattern_fault, quantity_of
from engine.documents.shapes import place_in
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import Problem, did_you_mean, problem
from engine.language import conditions as written
from engine.language.conclusions import Classification
from engine.language.conditions import Condition, FieldTest, Operation
from engine.language.operators import OPERATORS
from engine.language.playbook import EpisodeRule, RuleEntry, WarningRule, is_named
from engine.language.values import Written
from engine.matching import core
from engine.matching.core import COUNT, DATE, INSTANT, TEXT, TRUTH, Node, ValueType
from engine.snapshots.model import COLLECTIONS

Sink = Callable[[Problem], None]

_ORDER: Final = {
    "below": "below",
    "at_most": "at_most",
    "above": "above",
    "at_least": "at_least",
    "before": "below",
    "after": "above",
}
MOVES: Final = ("rose", "fell", "rose_by", "fell_by")
"""Operators that compare with what was before."""

FITTING: Final[dict[str, frozenset[str]]] = {
    "number": frozenset({"is", "is_not", "in", "not_in", "below", "at_most", "above", "at_least", "between", *MOVES}),
    "text": frozenset(
        {"is", "is_not", "in", "not_in", "contains", "starts_with", "ends_with", "matches", "rose", "fell"}
    ),
    "texts": frozenset({"contains", "contains_any", "contains_all"}),
    "truth": frozenset({"is", "is_not"}),
    "date": frozenset({"is", "is_not", "before", "after", "between", "in_last", "in_next", "older_than"}),
    "instant": frozenset({"is", "is_not", "before", "after", "between", "in_last", "in_next", "older_than"}),
}


class Lowering:
    """Lowers conditions of one playbook; problems go to ``sink``, and what can't be lowered is left out."""

    def __init__(self, symbols: Symbols, parameters: Parameters, lengths: Lengths, sink: Sink) -> None:
        self._symbols = symbols
        self._parameters = parameters
        self._lengths = lengths
        self._sink = sink
        self.memories: dict[str, Memory] = {}

    def view(self, entry: Classification | RuleEntry, bare: bool = False) -> View | None:
        """The view of the account, or of a record where an entry has ``each``; a problem and none for no collection."""
        collection = entry.each
        if collection is None:
            return ACCOUNT
        if collection not in COLLECTIONS:
            hint = did_you_mean(collection, COLLECTIONS)
            place = place_in(entry, "each")
            self._sink(problem(codes.UNKNOWN_NAME, place, f"`{collection}` is no collection", hint))
            return None
        return View(collection, COLLECTIONS[collection].singular, bare)

    def clause(self, condition: Condition, view: View, past: Past | None = None) -> Clause | None:
        """The clause of ``condition`` as read in ``view``; ``past`` reads what was before."""
        match condition:
            case written.AllOf(place=place, of=of):
                return self._branch("all", of, place, view, past)
            case written.AnyOf(place=place, of=of):
                return self._branch("any", of, place, view, past)
            case written.CountOf(place=place, of=of, count=count):
                return self._branch("at_least", of, place, view, past, count)
            case written.NotOf(place=place, of=inner):
                return self._branch("not", (inner,), place, view, past)
            case written.Previous(of=inner, ago=ago):
                found = Past() if ago is None else self._past(ago)
                return self.clause(inner, view, found) if found is not None else None
            case written.Records():
                return self._records(condition, view, past)
            case written.Firing():
                return self._firing(condition, past)
            case _:
                return self._tests(cast("FieldTest", condition), view, past)

    def _branch(
        self, op: str, of: tuple[Condition, ...], place: Place, view: View, past: Past | None, count: int = 0
    ) -> Clause | None:
        lowered = [self.clause(each, view, past) for each in of]
        clauses = tuple(each for each in lowered if each is not None)
        return Branch(op, clauses, place, count) if len(clauses) == len(of) else None

    # -- quantifiers ------------------------------------------------------------------------------

    def _records(self, condition: written.Records, view: View, past: Past | None) -> Clause | None:
        if past:
            message = f"`{condition.quantifier}` reads records: only conclusions have a value before this run"
            self._sink(problem(codes.NOT_READABLE_HERE, condition.place, message, "take it out of `previous`"))
            return None
        items = self.items(condition.collection, condition.where, view)
        if items is None:
            return None
        node: Node = core.Every(items)
        if condition.quantifier == "some":
            node = core.Some(items, condition.at_least)
        elif condition.quantifier == "none":
            node = core.Not(core.Some(items))
        observed = core.Aggregate("count", items, None, COUNT)
        expected = core.Constant(condition.at_least * 1, COUNT)
        test = str(condition.collection.value)
        return Leaf(node, test, condition.quantifier, observed, COUNT, (expected,), condition.place)

    def items(self, collection: Written, where: Condition | None, view: View) -> core.Items | None:
        """The records of a named collection that satisfy ``where``, bound to a variable of their own."""
        name = str(collection.value)
        if name not in COLLECTIONS:
            hint = did_you_mean(name, COLLECTIONS)
            self._sink(problem(codes.UNKNOWN_NAME, collection.place, f"`{name}` is no collection", hint))
            return None
        record = COLLECTIONS[name].singular
        variable = record if record != view.record else f"{record}_inner"
        if where is None:
            return core.Items(name, variable)
        clause = self.clause(where, View(name, variable, bare=True))
        return None if clause is None else core.Items(name, variable, truth_node(clause))

    # -- warnings ---------------------------------------------------------------------------------

    def _firing(self, condition: written.Firing, past: Past | None) -> Clause:
        """Counts rules, muted and draft ones left out (semantics 4.6); those that read ``firing`` themselves too."""
        counted = self._counted(condition.light)
        nodes = tuple(self._fired(each.id, past) if past else self._unmuted(each.id) for each in counted)
        node = core.AtLeast(condition.at_least, nodes)
        expected = core.Constant(condition.at_least, COUNT)
        return Leaf(node, f"firing {condition.light}", "at_least", None, None, (expected,), condition.place)

    def _fired(self, name: str, past: Past) -> Node:
        """Whether a warning was firing then."""
        address = f"warnings.{name}"
        return self._remember(past, address, core.Conclusion(address, TRUTH), TRUTH)

    def _counted(self, light: str) -> list[WarningRule]:
        book = self._symbols.playbook
        return [
            each
            for each in book.warnings.values()
            if each.light == light and each.status != "draft" and not _reads_firing(each)
        ]

    def _unmuted(self, name: str) -> Node:
        """A warning fires and none that mutes it does; what mutes by counting does not change its own count."""
        book = self._symbols.playbook
        entries = (("warnings", book.warnings), ("cadence", book.cadence), ("rules", book.rules))
        muting = [
            core.Conclusion(f"{section}.{each.id}", TRUTH)
            for section, members in entries
            for each in members.values()
            if is_named(f"warnings.{name}", each.mutes) and each.status != "draft" and not _reads_firing(each)
        ]
        fires = core.Conclusion(f"warnings.{name}", TRUTH)
        return core.All((fires, core.Not(core.Any(tuple(muting))))) if muting else fires

    def _warning(self, test: FieldTest, view: View, past: Past | None) -> Clause | None:
        warning = self._symbols.playbook.warnings[test.field]
        clauses = tuple(self._warning_test(each, test, warning.each, view, past) for each in test.operations)
        return None if None in clauses else all_of(cast("tuple[Clause, ...]", clauses), test.place)

    def _warning_test(
        self, operation: Operation, test: FieldTest, each: str | None, view: View, past: Past | None
    ) -> Clause | None:
        value = str(operation.operands[0].value)
        if past and (operation.op not in ("is", "is_not") or value != "firing"):
            message = f"of `{test.field}` only `firing`, of any record, is known of before this run"
            self._sink(problem(codes.NOT_READABLE_HERE, operation.place, message, f"write `{test.field}: firing`"))
            return None
        node: Node | None
        if past:
            fired = self._fired(test.field, past)
            node = fired if operation.op == "is" else core.Not(fired)
        elif operation.op == "is":
            node = self._warning_state(value, "any", test.field, each, view)
        elif operation.op == "is_not":
            positive = self._warning_state(value, "any", test.field, each, view)
            node = positive and core.Not(positive)
        elif operation.op == "firing":
            node = self._warning_state("firing", value, test.field, each, view)
        else:
            node = None
        if node is None:
            message = f"`{test.field}` is a warning: it is `firing` or not"
            self._sink(problem(codes.BAD_OPERATOR, operation.place, message, f"write `{test.field}: firing`"))
            return None
        expected = core.Constant(value, TEXT)
        return Leaf(node, test.field, operation.op, None, None, (expected,), operation.place)

    def _warning_state(self, value: str, mode: str, name: str, each: str | None, view: View) -> Node | None:
        if value != "firing":
            return None
        address = f"warnings.{name}"
        if each is None:
            return core.Conclusion(address, TRUTH)
        if mode == "same_record":
            return core.Conclusion(f"{address}.items", TRUTH, view.record) if view.collection == each else None
        return (
            core.Conclusion(address if mode == "any" else f"{address}.all", TRUTH) if mode in ("any", "all") else None
        )

    # -- fields -----------------------------------------------------------------------------------

    def _tests(self, test: FieldTest, view: View, past: Past | None) -> Clause | None:
        if test.field in self._symbols.playbook.warnings and self._symbols.meaning(test.field, view) is None:
            return self._warning(test, view, past)
        meaning = self.meaning(test.field, test.place, view)
        if past and meaning is not None:
            meaning = self._as_past(meaning, test, past)
        if meaning is None:
            return None
        operations = [each for each in test.operations if each.op in MOVES]
        clauses = [self._move(each, test, meaning, view, past) for each in operations]
        beside = ("in_last",) if operations else ()
        others = [each for each in test.operations if each.op not in (*MOVES, *beside)]
        clauses += [self._test(each, test, _side(meaning, each), view) for each in others]
        return None if None in clauses else all_of(tuple(cast("list[Clause]", clauses)), test.place)

    # -- the past ---------------------------------------------------------------------------------

    def _past(self, ago: Written) -> Past | None:
        length = self._lengths.written(ago, DATES)
        return Past(length, ago.text) if length is not None else None

    def _as_past(self, meaning: Meaning, test: FieldTest, past: Past) -> Meaning | None:
        """What a name meant then: conclusions of the account, and where a length says when also its metrics."""
        address = _traced_as(meaning.node, test.field, test.field in self._symbols.playbook.scores, past)
        if address is None:
            message = f"`{test.field}` is no conclusion of the account: only those have a value before this run"
            hint = "take it out of `previous`; `was` and `in_last` read metrics too"
            self._sink(problem(codes.NOT_READABLE_HERE, test.place, message, hint))
            return None
        node = self._remember(past, address, meaning.node, meaning.type)
        aside = self._as_past(meaning.aside, test, past) if meaning.aside else None
        return Meaning(node, meaning.type, meaning.values, aside)

    def _remember(self, past: Past, address: str, source: Node, kind: ValueType) -> core.Conclusion:
        """The node of what an address was; of a time longer ago than the last run the history keeps a trace."""
        name = past.of(address)
        if past.length is not None:
            self.memories[name] = Memory(name, address, source, kind, past.length)
        return core.Conclusion(name, kind)

    def _move(
        self, operation: Operation, test: FieldTest, meaning: Meaning, view: View, past: Past | None
    ) -> Clause | None:
        """``rose`` and ``fell``, against the run before or with ``in_last`` against what was so long ago."""
        beside = next((each for each in test.operations if each.op == "in_last"), None)
        since = self._past(beside.operands[0]) if beside is not None else Past()
        if past is not None:
            message = f"`{operation.op}` compares with today already"
            self._sink(problem(codes.NOT_READABLE_HERE, operation.place, message, "take it out of `previous` or `was`"))
            return None
        then = self._as_past(replace(meaning, aside=None), test, since) if since is not None else None
        if then is None:
            return None
        up = operation.op.startswith("rose")
        if operation.op in ("rose_by", "fell_by"):
            return self._move_by(operation, test, meaning, then, view)
        ranks = self._ranks(test.field) if meaning.type == TEXT else ()
        if meaning.type.kind == "number":
            node = moved_number(operation.op, meaning.node, then.node, None, meaning.type)
        elif ranks:
            node = moved_ranks(up, meaning.node, then.node, ranks)
        else:
            message = f"`{test.field}` has no order by which it could have risen or fallen"
            self._sink(problem(codes.BAD_OPERATOR, operation.place, message, "give the class `ranks`, lowest first"))
            return None
        wanted = operation.operands[0].value is True
        leaf = Leaf(node, test.field, operation.op, meaning.node, meaning.type, (then.node,), operation.place)
        return leaf if wanted else Branch("not", (leaf,), operation.place)

    def _move_by(
        self, operation: Operation, test: FieldTest, meaning: Meaning, then: Meaning, view: View
    ) -> Clause | None:
        if meaning.type.kind != "number":
            self._sink(_does_not_fit(operation, test, meaning))
            return None
        unit = "percentage points" if meaning.type.unit == "percent" else meaning.type.unit
        difference = replace(meaning.type, unit=unit)
        by = self.operand(operation.operands[0], difference, view)
        if by is None:
            return None
        node = moved_number(operation.op, meaning.node, then.node, by, difference)
        return Leaf(node, test.field, operation.op, meaning.node, meaning.type, (by,), operation.place)

    def _ranks(self, name: str) -> tuple[str | None, ...]:
        """The values of a class from the lowest to the highest, and of the light from red to green; none if they have
        no order."""
        if name == "light":
            return ("red", "yellow", "green")
        entry = self._symbols.playbook.classes.get(name.removeprefix("account."))
        if entry is None or entry.ranks:
            return entry.ranks if entry is not None else ()
        if entry.climb is not None:
            return (None, *entry.climb)
        figure = self.meaning(entry.of, entry.place, ACCOUNT) if entry.bands and entry.of else None
        if figure is None:
            return ()
        values = list(entry.bands or {})
        starts = [self.operand(each, figure.type, ACCOUNT) for each in (entry.bands or {}).values()]
        order = rising([each for each in starts if each is not None], self._parameters.bindings)
        return tuple(values[at] for at in order) if order is not None and len(order) == len(values) else ()

    def meaning(self, name: str, place: Place, view: View) -> Meaning | None:
        """What ``name`` means; a problem with the nearest name where it means nothing."""
        if name.removeprefix("$") in self._symbols.playbook.parameters and (
            name.startswith("$") or not self._symbols.meaning(name, view)
        ):
            return self._parameters.meaning(name.removeprefix("$"))
        found = self._symbols.meaning(name, view)
        if found is None and not self._symbols.is_broken(name, view):
            self._sink(self._unknown(name, place, view))
        return found

    def _unknown(self, name: str, place: Place, view: View) -> Problem:
        if view.bare and self._symbols.meaning(name, ACCOUNT) is not None:
            message = f"`{name}` belongs to the account; `where` reads the record"
            return problem(codes.NOT_READABLE_HERE, place, message, f"write `account.{name}`")
        entry = self._symbols.playbook.metrics.get(name) or self._symbols.playbook.classes.get(name)
        if entry is not None and entry.each is not None:
            message = f"`{name}` is worked out for each of {entry.each}, and can be read of them only"
            hint = f"add `each: {entry.each}`, or ask `some: {{in: {entry.each}, where: …}}`"
            return problem(codes.NOT_READABLE_HERE, place, message, hint)
        whose = f"of {view.collection}" if view.bare else "of the account"
        titled = self._symbols.titled(name, view)
        close = f"write `{titled}`" if titled else did_you_mean(name, self._symbols.known_names(view))
        hint = close or "data of your own is declared under `fields`"
        return problem(codes.UNKNOWN_NAME, place, f"`{name}` is not known: no field, metric or class {whose}", hint)

    def _test(self, operation: Operation, test: FieldTest, meaning: Meaning, view: View) -> Clause | None:
        node: Node | None
        expected: tuple[Node, ...] = ()
        if operation.op in ("present", "known"):
            node = self._existence(operation, meaning)
            expected = (core.Constant(operation.operands[0].value is True, TRUTH),)
        elif operation.op not in FITTING[meaning.type.kind]:
            self._sink(_does_not_fit(operation, test, meaning))
            return None
        elif operation.op in ("in_last", "in_next", "older_than"):
            node, expected = self._window(operation, meaning)
        else:
            kind = TEXT if meaning.type.kind == "texts" else meaning.type
            known = meaning.values if operation.op in ("is", "is_not", "in", "not_in") else ()
            operands = [self.operand(each, kind, view, known) for each in operation.operands]
            if None in operands or not self._is_pattern(operation):
                return None
            expected = tuple(cast("list[Node]", operands))
            node = self._comparison(operation, meaning, expected)
        if node is None:
            return None
        return Leaf(node, test.field, operation.op, meaning.node, meaning.type, expected, operation.place)

    def _is_pattern(self, operation: Operation) -> bool:
        """Whether what ``matches`` takes is a pattern, written in place: it is compiled with the playbook."""
        if operation.op != "matches":
            return True
        written_ = operation.operands[0]
        fault = "it is no text written in place" if written_.reference else pattern_fault(str(written_.value))
        if fault is None:
            return True
        hint = "a sign meant as itself has a backslash: `\\(`; patterns are RE2, without look-around"
        self._sink(problem(codes.BAD_PATTERN, written_.place, f"`{written_.text}` is no pattern: {fault}", hint))
        return False

    def _existence(self, operation: Operation, meaning: Meaning) -> Node:
        positive = core.Present(meaning.node) if operation.op == "present" else core.Known(meaning.node)
        return positive if operation.operands[0].value is True else core.Not(positive)

    def _window(self, operation: Operation, meaning: Meaning) -> tuple[Node | None, tuple[Node, ...]]:
        units = DATES | CLOCK if meaning.type == INSTANT else DATES
        length = self._lengths.written(operation.operands[0], units)
        if length is None:
            return None, ()
        clock = self._lengths.in_hours(length)
        if clock and self._lengths.written(operation.operands[0], CLOCK) is None:
            return None, ()
        return window(operation.op, meaning.node, meaning.type, length, clock), (length,)

    def operand(self, operand: Written, kind: ValueType, view: View, values: tuple[str, ...] = ()) -> Node | None:
        """The node of a value held against something of type ``kind``: a constant, or what ``$x`` refers to."""
        name = operand.reference
        if name is None:
            return constant(operand, kind, self._sink, values)
        if name in self._symbols.playbook.parameters:
            return self._parameters.node(operand, name, kind)
        meaning = self._symbols.meaning(name, view) or self._symbols.meaning(name, View(view.collection, view.record))
        if meaning is None and self._symbols.is_broken(name, view):
            return None
        if meaning is None:
            known = {*self._symbols.playbook.parameters, *self._symbols.known_names(view)}
            self._sink(
                problem(
                    codes.UNKNOWN_PARAMETER,
                    operand.place,
                    f"there is no `${name}`: nothing is named `{name}`",
                    did_you_mean(name, known),
                )
            )
            return None
        return self._of_type(meaning, kind, operand)

    def _of_type(self, meaning: Meaning, kind: ValueType, operand: Written) -> Node | None:
        if meaning.type == kind:
            return meaning.node
        if (meaning.type.kind, meaning.type.unit) == (kind.kind, kind.unit):
            return core.Rescale(meaning.node, kind) if kind.scale > meaning.type.scale else meaning.node
        if kind == DATE and meaning.type == INSTANT:
            return core.LocalDate(meaning.node)
        code = codes.UNIT_MISMATCH if meaning.type.kind == kind.kind else codes.TYPE_MISMATCH
        message = f"`{operand.text}` is {describe(meaning.type)}, held against {describe(kind)}"
        self._sink(problem(code, operand.place, message))
        return None

    def _check_bounds(self, operation: Operation, low: Node, high: Node) -> None:
        if falls(low, high, self._parameters.bindings):
            first, second = operation.operands
            message = f"nothing lies between `{first.text}` and `{second.text}`: the first is the higher one"
            hint = f"write the lower one first: `between: [{second.text}, {first.text}]`"
            self._sink(problem(codes.BOUNDS_REVERSED, first.place, message, hint))

    def _comparison(self, operation: Operation, meaning: Meaning, expected: tuple[Node, ...]) -> Node:
        left, op = meaning.node, operation.op
        match op:
            case "is_not":
                return core.Not(compare("is", left, expected[0]))
            case "in" | "not_in":
                top = max(_scale(each) for each in (left, *expected))
                choice = core.OneOf(_rescaled(left, top), tuple(_rescaled(each, top) for each in expected))
                return choice if op == "in" else core.Not(choice)
            case "between":
                self._check_bounds(operation, *expected)
                return core.All((compare("at_least", left, expected[0]), compare("at_most", left, expected[1])))
            case "contains" if meaning.type.kind == "texts":
                return core.ListTest("any", left, expected)
            case "contains_any" | "contains_all":
                return core.ListTest("any" if op == "contains_any" else "all", left, expected)
            case "contains" | "starts_with" | "ends_with" | "matches":
                return core.TextTest(op, left, expected[0])
            case _:
                return compare(cast("core.CompareOp", _ORDER.get(op, op)), left, expected[0])


def _side(meaning: Meaning, operation: Operation) -> Meaning:
    """What a name means in a test: a score held against a word is held by its band, a target held against what
    becomes of one by what became of its last period."""
    if meaning.aside is None or operation.op not in ("is", "is_not", "in", "not_in"):
        return meaning
    if meaning.type == TEXT:
        return meaning.aside if all(each.text in meaning.aside.values for each in operation.operands) else meaning
    words = all(not each.reference and quantity_of(each) is None for each in operation.operands)
    return meaning.aside if words else meaning


def _traced_as(node: Node, name: str, is_score: bool, past: Past) -> str | None:
    """The address of what can be looked back at, or none."""
    if isinstance(node, core.Conclusion) and node.record is None:
        return node.address
    if is_score:
        return f"scores.{name}.value"
    if isinstance(node, core.Figure) and node.record is None and past.length is not None:
        return f"metrics.{node.name}"
    return None


def _reads_firing(entry: RuleEntry) -> bool:
    ends_when = entry.ends_when if isinstance(entry, EpisodeRule) else None
    conditions = (entry.applies_to, entry.where, entry.when, ends_when)
    return any(isinstance(each, written.Firing) for condition in conditions for each in written.parts(condition))


def _does_not_fit(operation: Operation, test: FieldTest, meaning: Meaning) -> Problem:
    fitting = sorted(FITTING[meaning.type.kind] | {"present", "known"})
    message = f"`{operation.op}` does not fit `{test.field}`, which is {describe(meaning.type)}"
    hint = did_you_mean(operation.op, fitting) if operation.op not in OPERATORS else f"use one of: {', '.join(fitting)}"
    return problem(codes.BAD_OPERATOR, operation.place, message, hint)
