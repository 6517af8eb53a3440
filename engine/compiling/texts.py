"""Texts with variables: what each may read, checked and compiled once per language."""

from collections.abc import Callable, Mapping

from engine.compiling.compiled import CompiledContent, Titles
from engine.compiling.symbols import ACCOUNT, Meaning, Symbols, View, asides_of
from engine.documents.shapes import place_in
from engine.foundation import codes
from engine.foundation.problems import Code, Problem, did_you_mean, problem
from engine.language.content import Message, Piece
from engine.language.playbook import Playbook
from engine.language.values import LANGUAGES, Text
from engine.matching.core import ValueType
from engine.snapshots.model import COLLECTIONS
from engine.snapshots.vocabulary import account_paths, record_paths
from engine.templates.templates import Group, Leaf, ListOf, Shape, Template, check_template, compile_template
from engine.templates.variables import Kind

DISPLAY_FIELDS = ("name", "title")
"""Fields that name a record to people; in templates they fall back to the record's id, so they are never missing."""


class Texting:
    """Compiles the texts of one playbook; problems go to ``sink``."""

    def __init__(self, playbook: Playbook, symbols: Symbols, sink: Callable[[Problem], None]) -> None:
        self._playbook = playbook
        self._symbols = symbols
        self._sink = sink

    def titles(self, text: Text, view: View, more: Mapping[str, Shape] | None = None) -> Titles:
        """The text as one-line templates by language."""
        shapes = {**self._shapes(view), **(more or {})}
        return self._compiled(_written(text), shapes)

    def contents(self, views: Mapping[str, View], *, all_are_known: bool) -> dict[str, CompiledContent]:
        """Every message; ``views`` says from what each is sent, so that its template knows its record.

        A message is left aside, as nobody knows its record, where not ``all_are_known`` that may send it, and in an
        overlay where nothing sends it any more.
        """
        return {
            content.id: self._content(content, views.get(content.id, ACCOUNT))
            for content in self._playbook.content.values()
            if isinstance(content, Message) and (content.id in views or (all_are_known and not self._playbook.bases))
        }

    def piece(self, piece: Piece) -> Titles:
        """The full text of a piece, which may read the account; empty where it has none."""
        return (
            self._compiled(self._files(piece), self._shapes(ACCOUNT), markdown=True)
            if piece.template is not None
            else {}
        )

    def _content(self, content: Message, view: View) -> CompiledContent:
        shapes = self._shapes(view) | _RECIPIENT
        subject = self.titles(content.subject, view, _RECIPIENT) if content.subject else {}
        if content.subject is None and content.channel in ("email", "letter"):
            message = f"`content.{content.id}` has no subject"
            self._sink(problem(codes.MISSING_KEY, content.place, message, "add `subject: …`"))
        if content.body is not None and content.template is not None:
            message = f"`content.{content.id}` has both a `body` and a `template`"
            self._report(content, codes.UNKNOWN_KEY, message, "take one of them away")
        return CompiledContent(content, subject, self._compiled(self._body(content), shapes, markdown=True))

    def _body(self, content: Message) -> dict[str, Template]:
        """The text of a message; a report does without one."""
        if content.body is not None:
            return _written(content.body)
        known = {each.name for each in self._playbook.templates}
        is_blocks_only = bool(content.blocks) and content.template is None and content.id not in known
        return {} if is_blocks_only else self._files(content)

    def _files(self, content: Message | Piece) -> dict[str, Template]:
        name = content.template or content.id
        found = {
            each.language: Template(each.file, each.text) for each in self._playbook.templates if each.name == name
        }
        if not found and f"templates.{name}" not in self._playbook.broken:
            known = {each.name for each in self._playbook.templates}
            hint = did_you_mean(name, known) or f"add `templates/{name}.zh.md` and `templates/{name}.en.md`"
            self._report(content, codes.TEMPLATE_MISSING, f"no file of `templates/` is named `{name}`", hint)
        if found and "" not in found:
            for language in LANGUAGES:
                if language not in found:
                    message = f"`{name}` has no template for `{language}`"
                    self._report(content, codes.TEMPLATE_MISSING, message, f"add `templates/{name}.{language}.md`")
        return found

    def _report(self, content: Message | Piece, code: Code, message: str, hint: str) -> None:
        self._sink(problem(code, place_in(content, "template"), message, hint))

    def _compiled(
        self, written: Mapping[str, Template], shapes: Mapping[str, Shape], *, markdown: bool = False
    ) -> Titles:
        compiled = {}
        for language, template in written.items():
            found = check_template(template, shapes)
            for each in found:
                self._sink(each)
            if not found:
                compiled[language] = compile_template(template, markdown=markdown)
        return compiled

    def _shapes(self, view: View) -> dict[str, Shape]:
        """What a text may read: the account, its record, figures, classes and parameters by their bare names."""
        shapes: dict[str, Shape] = {
            "account": _group(account_paths_as_shapes()),
            "owner": Group({"name": Leaf("text"), "title": Leaf("text")}),
            "today": Leaf("date"),
        }
        book = self._playbook
        for name in (*book.metrics, *book.classes, *book.scores, *book.targets, *asides_of(book), *book.fields):
            meaning = self._symbols.meaning(name, view) or self._symbols.meaning(name, ACCOUNT)
            if meaning is not None:
                shapes[name] = _leaf(meaning.type, optional=True)
        for name in self._playbook.parameters:
            parameter = self._symbols.parameter(name)
            if parameter is not None:
                shapes.setdefault(name, _parameter_shape(parameter))
        if view.collection:
            shapes[COLLECTIONS[view.collection].singular] = _record_shape(view.collection)
        return shapes


def _written(text: Text) -> dict[str, Template]:
    """A text of the playbook as templates by language."""
    placed = zip(text.by_language, text.places, strict=True)
    return {language: Template(at.file, source, at.line - 1, at.column) for (language, source), at in placed}


_RECIPIENT: dict[str, Shape] = {
    "contact": Group(
        {
            "name": Leaf("text"),
            "role": Leaf("text", optional=True),
            "title": Leaf("text", optional=True),
            "cares_about": ListOf(Leaf("text")),
        }
    ),
    "attached": ListOf(
        Group(
            {
                "kind": Leaf("text"),
                "title": Leaf("text"),
                "summary": Leaf("text"),
                "points": ListOf(Leaf("text")),
                "link": Leaf("text", optional=True),
            }
        )
    ),
}
"""What a message knows beside: who reads it, and what is attached."""


def account_paths_as_shapes() -> dict[str, Shape]:
    """The account's own fields; id and name are always there."""
    always = ("id", "name")
    paths = account_paths().items()
    return {path: Leaf("text") if path in always else _field_leaf(kind.kind, optional=True) for path, kind in paths}


def _group(paths: Mapping[str, Shape]) -> Group:
    """Dotted paths as nested records."""
    members: dict[str, Shape] = {}
    for path, shape in paths.items():
        first, _, rest = path.partition(".")
        if rest:
            inner = members.get(first)
            known = dict(inner.members) if isinstance(inner, Group) else {}
            members[first] = Group(known | {rest: shape})
        else:
            members[first] = shape
    return Group(members)


def _record_shape(collection: str) -> Group:
    always = ("id", *DISPLAY_FIELDS)
    paths = record_paths(collection).items()
    return _group(
        {
            path: Leaf("text") if path in always else _field_leaf(kind.kind, optional=True)
            for path, kind in paths
            if "." not in path
        }
    )


def _field_leaf(kind: str, optional: bool) -> Shape:
    if kind == "texts":
        return ListOf(Leaf("text"), optional)
    return Leaf(_LEAF_KINDS.get(kind, "any"), optional)


_LEAF_KINDS: Mapping[str, Kind] = {
    "text": "text", "number": "number", "money": "money", "date": "date", "instant": "instant",
}  # fmt: skip


def _leaf(kind: ValueType, optional: bool) -> Shape:
    if kind.kind == "number" and len(kind.unit) == 3 and kind.unit.isupper():
        return Leaf("money", optional)
    return _field_leaf(kind.kind, optional)


def _parameter_shape(meaning: Meaning) -> Shape:
    """A parameter's value may be missing only before its first date or outside its classes."""
    if meaning.type.kind == "duration":
        return Leaf("number")
    return _leaf(meaning.type, optional=False)
