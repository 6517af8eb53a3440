"""JSON Schema errors of a positioned document as problems in plain words."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final, cast

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

from engine.documents.document import Node, Scalar, find, locate, plain
from engine.foundation import codes
from engine.foundation.problems import Code, Problem, did_you_mean, problem

Json = dict[str, Any]

_WORDS: Final = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
}


def _is_number(_: object, value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _is_integer(_: object, value: object) -> bool:
    return isinstance(value, int | Decimal) and value == int(value) and _is_number(_, value)


_Validator = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine("number", _is_number).redefine("integer", _is_integer),
)


class Checked:
    """A schema ready to check documents; compile once, check many."""

    def __init__(self, schema: Json) -> None:
        self._schema = schema
        self._validator = _Validator(schema)

    def problems(self, document: Node) -> Iterator[tuple[tuple[str | int, ...], Problem]]:
        """Every error of ``document``, as the path it concerns and the problem, in the document's order."""
        for error in self._validator.iter_errors(plain(document)):
            for leaf in _leaves(error):
                for found in self._as_problems(leaf, document):
                    yield tuple(leaf.absolute_path), found

    def _as_problems(self, error: ValidationError, document: Node) -> Iterator[Problem]:
        if error.validator == "additionalProperties":
            yield from self._unknown_keys(error, document)
        else:
            yield _MAKERS.get(str(error.validator), _other)(error, document)

    def _unknown_keys(self, error: ValidationError, document: Node) -> Iterator[Problem]:
        schema = _schema(error)
        known = schema.get("properties", {})
        for key in _written(error):
            if key not in known:
                place = locate(document, [*error.absolute_path, key], key=True)
                hint = self._belongs(key, error) or did_you_mean(key, known) or _example_hint(schema)
                yield problem(codes.UNKNOWN_KEY, place, f"unknown key `{key}`{_inside(error)}", hint)

    def _belongs(self, key: str, error: ValidationError) -> str | None:
        """Where an entry's key belongs, if entries of other sections have it."""
        if len(error.absolute_path) != _DEPTH_OF_ENTRIES:
            return None
        sections = self._schema.get("properties", {}).items()
        homes = [f"`{name}`" for name, section in sections if key in self._keys_of_entries(section)]
        return f"`{key}` belongs to an entry under {' or '.join(homes)}" if homes else None

    def _keys_of_entries(self, section: Json) -> Json:
        """The properties of the entries that a section maps ids to."""
        entry = section.get("additionalProperties")
        reference = entry.get("$ref", "") if isinstance(entry, dict) else ""
        found: Json = self._schema.get("$defs", {}).get(reference.rpartition("/")[2], {}).get("properties", {})
        return found


_DEPTH_OF_ENTRIES: Final = 2
"""A section and an id lead to an entry."""


def _example_hint(schema: Json) -> str | None:
    examples = schema.get("examples")
    return f"write for example `{examples[0]}`" if examples else None


def _leaves(error: ValidationError) -> Iterator[ValidationError]:
    if not error.context:
        yield error
        return
    for inner in error.context:
        yield from _leaves(inner)


def _missing_key(error: ValidationError, document: Node) -> Problem:
    """jsonschema reports each absent key as an error of its own and quotes the key in its message."""
    wanted = cast("list[str]", error.validator_value)
    absent = next(key for key in wanted if key not in _written(error) and f"'{key}'" in error.message)
    place = locate(document, error.absolute_path, key=True)
    schema = _schema(error)
    values = schema.get("properties", {}).get(absent, {})
    hint = " or ".join(f"`{absent}: {value}`" for value in values.get("enum") or values.get("examples", ["…"])[:1])
    return problem(codes.MISSING_KEY, place, f"`{absent}` is missing{_inside(error)}", f"add {hint}")


def _wrong_shape(error: ValidationError, document: Node) -> Problem:
    wanted = cast("str | list[str]", error.validator_value)
    names = [wanted] if isinstance(wanted, str) else wanted
    expected = " or ".join(dict.fromkeys(_WORDS[name] for name in names if name != "null"))
    message = f"expected {expected}{_at(error)}, found {_found(error, document)}"
    return problem(codes.WRONG_SHAPE, locate(document, error.absolute_path), message, _quoting_hint(names, error))


def _quoting_hint(names: list[str], error: ValidationError) -> str | None:
    if names == ["object"] and isinstance(error.instance, list):
        return "write `name: …` for each, without `-` before it"
    if "string" in names and isinstance(error.instance, dict | list):
        return "a text that begins with [ or { or holds `: ` needs quotes"
    return _example_hint(_schema(error))


def _not_one_of(error: ValidationError, document: Node) -> Problem:
    allowed = [str(each) for each in cast("list[object]", error.validator_value)]
    place = locate(document, error.absolute_path)
    message = f"{_found(error, document)} is not allowed{_at(error)}"
    hint = did_you_mean(str(error.instance), allowed) or f"allowed: {', '.join(allowed)}"
    return problem(codes.NOT_ONE_OF, place, message, hint)


def _bad_id(error: ValidationError, document: Node, why: str = "", hint: str | None = None) -> Problem:
    place = locate(document, [*error.absolute_path, str(error.instance)], key=True)
    message = f"`{error.instance}` can't be used as an id{_inside(error)}{why}"
    return problem(codes.BAD_ID, place, message, hint or _id_hint(str(error.instance)))


def _id_hint(written: str) -> str:
    """The nearest thing to what was written that is an id."""
    close = re.sub(r"\W+", "_", written).strip("_0123456789")
    return (f"write for example `{close}`: " if close else "") + "an id is letters, digits and `_`, a letter first"


def _bad_form(error: ValidationError, document: Node) -> Problem:
    schema = _schema(error)
    if "propertyNames" in error.absolute_schema_path:
        return _bad_id(error, document)
    expected = schema.get("description", "another form")
    message = f"{_found(error, document)} is not {expected}{_at(error)}"
    example = schema.get("examples", [None])[0]
    return _placed(codes.BAD_FORM, error, document, message, f"write for example `{example}`" if example else None)


def _too_few(error: ValidationError, document: Node) -> Problem:
    return _placed(
        codes.WRONG_SHAPE, error, document, f"nothing stands{_inside(error) or ' here'}", "write at least one"
    )


def _other_constant(error: ValidationError, document: Node) -> Problem:
    message = f"{_found(error, document)} is not known{_at(error)}: this program reads `{error.validator_value}`"
    hint = f"write `{error.validator_value}`, or use a newer version of the program"
    return _placed(codes.LANGUAGE_VERSION, error, document, message, hint)


def _contradiction(error: ValidationError, document: Node) -> Problem:
    """A schema's own words for what must not be, from its ``description``; an operator's name where an id stands."""
    if "propertyNames" in error.absolute_schema_path:
        return _bad_id(error, document, ": it is a word of the language", "choose another name")
    schema = _schema(error)
    message = schema.get("description", error.message)
    return _placed(codes.WRONG_SHAPE, error, document, message, _example_hint(schema))


def _other(error: ValidationError, document: Node) -> Problem:
    return _placed(codes.WRONG_SHAPE, error, document, f"{_found(error, document)}: {error.message}", None)


def _placed(code: Code, error: ValidationError, document: Node, message: str, hint: str | None) -> Problem:
    return problem(code, locate(document, error.absolute_path), message, hint)


_MAKERS: Final = {
    "required": _missing_key,
    "type": _wrong_shape,
    "enum": _not_one_of,
    "const": _other_constant,
    "pattern": _bad_form,
    "minProperties": _too_few,
    "minItems": _too_few,
    "not": _contradiction,
}


def _written(error: ValidationError) -> Json:
    """The mapping an error is about."""
    return cast(Json, error.instance)


def _schema(error: ValidationError) -> Json:
    """The part of the schema that an error is against."""
    return cast(Json, error.schema)


def _inside(error: ValidationError) -> str:
    names = [str(each) for each in error.absolute_path]
    return f" in `{'.'.join(names)}`" if names else ""


def _at(error: ValidationError) -> str:
    names = [str(each) for each in error.absolute_path if isinstance(each, str)]
    return f" for `{names[-1]}`" if names else ""


def _found(error: ValidationError, document: Node) -> str:
    if isinstance(error.instance, dict):
        return "a mapping"
    if isinstance(error.instance, list):
        return "a list"
    node = find(document, error.absolute_path)
    written = node.text if isinstance(node, Scalar) and node.text else str(error.instance)
    return f"`{written}`" if error.instance is not None else "nothing"
