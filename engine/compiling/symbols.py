"""What a name means: fields, metrics, parameters and conclusions, from the account's or a record's view."""

from collections.abc import Callable, Iterable
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from engine.foundation.quantities import minor_digits
from engine.language.conclusions import ENDED, Classification
from engine.language.kinds import BUILT_IN_TITLES
from engine.language.playbook import FieldDeclaration, Playbook
from engine.matching import core
from engine.matching.core import DATE, INSTANT, MONEY, TEXT, TEXTS, TRUTH, Node, ValueType
from engine.snapshots.model import COLLECTIONS, LINKS
from engine.snapshots.titles import title_of
from engine.snapshots.vocabulary import FieldType, account_paths, record_paths

_KINDS = {"truth": TRUTH, "money": MONEY, "text": TEXT, "texts": TEXTS, "date": DATE, "instant": INSTANT}


class Meaning(Struct, frozen=True):
    """What a name stands for: its node and type; ``values`` are the texts it can take, where that is known.

    ``aside`` is what it stands for where it is held against a word: a figure that has a name for how good it is.
    """

    node: Node
    type: ValueType
    values: tuple[str, ...] = ()
    aside: "Meaning | None" = None


class View(Struct, frozen=True):
    """From where a name is read: the account, or a record of ``collection`` bound to ``record``.

    With ``bare`` the record's fields are read by their bare names (``where``); otherwise only by the singular
    (``ticket.status`` in ``when``).
    """

    collection: str | None = None
    record: str | None = None
    bare: bool = False


ACCOUNT = View()
BAND: Final = "_band"
"""What a score's name ends with where its band is meant."""
LAST: Final = "_last"
"""What the name of a target for each period ends with where what became of the last one is meant."""


class Symbols:
    """The names of a playbook. Metrics are looked up through ``figure``, which lowers them on demand."""

    def __init__(
        self,
        playbook: Playbook,
        currency: str,
        figure: Callable[[str, View], Meaning | None],
        parameter: Callable[[str], Meaning | None],
    ) -> None:
        self.playbook = playbook
        self.parameter = parameter
        self.currency = currency
        self.money = ValueType("number", currency, minor_digits(currency))
        self._figure = figure

    def meaning(self, name: str, view: View) -> Meaning | None:
        """What ``name`` means in ``view``, or none."""
        if view.collection and view.bare:
            found = self._of_record(name, view)
            if found is not None:
                return found
            prefix, _, rest = name.partition(".")
            return self._of_account(rest) if prefix == "account" and rest else self._own_record(name, view)
        return (
            self._own_record(name, view)
            or self._of_account(name.removeprefix("account."))
            or self._for_each(name, view)
        )

    def known_names(self, view: View) -> Iterable[str]:
        """Every name that can be read in ``view``, for hints."""
        own = set(record_paths(view.collection)) if view.collection else set()
        own |= {f"{COLLECTIONS[view.collection].singular}.{name}" for name in own} if view.collection else set()
        book = self.playbook
        everywhere = {*book.metrics, *book.classes, *book.warnings, *account_paths(), "light", *book.fields}
        return own | everywhere | {*book.scores, *book.targets, *asides_of(book)}

    def titled(self, title: str, view: View) -> str | None:
        """The name of what people call ``title`` in either language, for hints."""
        book = self.playbook
        entries = (book.metrics, book.classes, book.warnings, book.scores, book.targets, book.fields)
        texts = {id_: each.title for section in entries for id_, each in section.items()}
        for name in sorted(self.known_names(view)):
            own = texts.get(name)
            if title in {own.in_language(each) if own else title_of(name, each) for each in ("zh", "en")}:
                return name
        return None

    def is_broken(self, name: str, view: View) -> bool:
        """Whether ``name`` means nothing only because its own entry is wrong: its uses are not reported again."""
        metric = self.playbook.metrics.get(name)
        if name in self.playbook.scores or (metric is not None and metric.each in (None, view.collection)):
            return True
        return any(
            f"{section}.{name}" in self.playbook.broken
            for section in ("metrics", "classes", "scores", "targets", "warnings", "fields", "parameters")
        )

    def _own_record(self, name: str, view: View) -> Meaning | None:
        """``contract.ends_on`` where the rule is for each contract."""
        prefix, _, rest = name.partition(".")
        if view.collection and rest and prefix == COLLECTIONS[view.collection].singular:
            return self._of_record(rest, view)
        return None

    def _for_each(self, name: str, view: View) -> Meaning | None:
        """A metric or class of the record the rule is for."""
        return (self._classification(name, view) or self._figure(name, view)) if view.collection else None

    def _of_record(self, name: str, view: View) -> Meaning | None:
        assert view.collection and view.record  # noqa: S101, PT018 - the callers' condition
        declared = self.playbook.fields.get(f"{view.collection}.{name}")
        if declared is not None:
            kind = self.declared_type(declared)
            return self._in_reporting(
                core.RecordField(view.record, ("fields", name), kind), kind, view, declared.one_of
            )
        found = record_paths(view.collection).get(name)
        if found is not None:
            return self._record_field(name, found, view)
        return self._classification(name, view) or self._figure(name, view)

    def _record_field(self, name: str, field: FieldType, view: View) -> Meaning:
        assert view.collection and view.record  # noqa: S101, PT018
        kind = value_type(field)
        link, _, rest = name.partition(".")
        if rest:
            node: Node = core.LinkedField(view.record, f"{link}_id", LINKS[f"{link}_id"], (rest,), kind)
        else:
            node = core.RecordField(view.record, (name,), kind)
        return self._in_reporting(node, kind, view, ())

    def _in_reporting(self, node: Node, kind: ValueType, view: View, values: tuple[str, ...]) -> Meaning:
        """Money is read in the reporting currency, at the rate of the record's own date (semantics 2.6)."""
        if kind != MONEY:
            return Meaning(node, kind, values)
        return Meaning(core.InReporting(node, self.date_of(view), self.money), self.money)

    def date_of(self, view: View) -> Node:
        """The local date of the record, or today for the account."""
        if view.collection is None or view.record is None:
            return core.Today()
        name = COLLECTIONS[view.collection].date_field
        kind = value_type(record_paths(view.collection)[name])
        node = core.RecordField(view.record, (name,), kind)
        return core.LocalDate(node) if kind == INSTANT else node

    def _of_account(self, name: str) -> Meaning | None:
        declared = self.playbook.fields.get(name)
        if declared is not None:
            kind = self.declared_type(declared)
            return self._in_reporting(core.AccountField(("fields", name), kind), kind, ACCOUNT, declared.one_of)
        if name == "light":
            return Meaning(core.Conclusion("light", TEXT), TEXT, ("red", "yellow", "green"))
        field = account_paths().get(name)
        if field is not None:
            return Meaning(core.AccountField(tuple(name.split(".")), value_type(field)), value_type(field))
        prefix, _, role = name.partition(".")
        if prefix == "owner" and (role in self.playbook.roles.ours or role in BUILT_IN_TITLES):
            return Meaning(core.AccountField(("owners", role), TEXT), TEXT)
        return (
            self._classification(name, ACCOUNT)
            or self._score(name)
            or self._target(name)
            or self._figure(name, ACCOUNT)
        )

    def _score(self, name: str) -> Meaning | None:
        """A score by its value, or under its name and ``_band`` by its band."""
        if name in self.playbook.scores:
            figure = self._figure(name, ACCOUNT)
            return figure and replace(figure, aside=self._band(name))
        return self._band(name.removesuffix(BAND)) if name.endswith(BAND) else None

    def _band(self, name: str) -> Meaning | None:
        found = self.playbook.scores.get(name)
        if found is None or found.bands is None:
            return None
        return Meaning(core.Conclusion(f"scores.{name}", TEXT), TEXT, found.values)

    def _target(self, name: str) -> Meaning | None:
        """A target by its state, or under its name and ``_last`` by what became of its last period."""
        found = self.playbook.targets.get(name)
        if found is not None:
            state = core.Conclusion(f"targets.{name}", TEXT)
            return Meaning(state, TEXT, found.values, aside=self._last(name))
        return self._last(name.removesuffix(LAST)) if name.endswith(LAST) else None

    def _last(self, name: str) -> Meaning | None:
        found = self.playbook.targets.get(name)
        if found is None or found.every is None:
            return None
        return Meaning(core.Conclusion(f"targets.{name}.last", TEXT), TEXT, ENDED)

    def _classification(self, name: str, view: View) -> Meaning | None:
        found: Classification | None = self.playbook.classes.get(name)
        if found is None or found.each != view.collection:
            return None
        return Meaning(core.Conclusion(f"classes.{name}", TEXT, view.record), TEXT, found.values)

    def declared_type(self, declared: FieldDeclaration) -> ValueType:
        """The type of declared data."""
        if declared.type in _KINDS:
            return _KINDS[declared.type]
        return ValueType("number", declared.type)


def asides_of(playbook: Playbook) -> tuple[str, ...]:
    """The names by which the bands of scores and the last verdicts on targets are read."""
    bands = (f"{each.id}{BAND}" for each in playbook.scores.values() if each.bands is not None)
    return (*bands, *(f"{each.id}{LAST}" for each in playbook.targets.values() if each.every is not None))


def value_type(field: FieldType) -> ValueType:
    """The core type of a snapshot path."""
    return ValueType("number", field.unit) if field.kind == "number" else _KINDS[field.kind]
