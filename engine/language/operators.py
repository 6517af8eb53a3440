"""The vocabulary of tests: every operator with what it takes and means (language 5)."""

from typing import Final, Literal

from msgspec import Struct

OperandForm = Literal["value", "values", "pair", "length", "truth", "text"]


class Operator(Struct, frozen=True):
    """An operator: the form of its operand and its meaning in one sentence."""

    name: str
    form: OperandForm
    meaning: str


OPERATORS: Final[dict[str, Operator]] = {
    each.name: each
    for each in (
        Operator("is", "value", "equals the value"),
        Operator("is_not", "value", "does not equal the value; the opposite of `is`, so true for none"),
        Operator("in", "values", "equals one of the values"),
        Operator("not_in", "values", "equals none of the values; the opposite of `in`, so true for none"),
        Operator("below", "value", "is less than the value"),
        Operator("at_most", "value", "is less than or equal to the value"),
        Operator("above", "value", "is greater than the value"),
        Operator("at_least", "value", "is greater than or equal to the value"),
        Operator("between", "pair", "lies between the two values, both included"),
        Operator("contains", "value", "the text holds the text, or the list holds the value"),
        Operator("contains_any", "values", "the list holds at least one of the values"),
        Operator("contains_all", "values", "the list holds every one of the values"),
        Operator("starts_with", "text", "the text begins with the text"),
        Operator("ends_with", "text", "the text ends with the text"),
        Operator("matches", "text", "a part of the text matches the RE2 pattern, in linear time"),
        Operator("before", "value", "the date or instant lies before the value"),
        Operator("after", "value", "the date or instant lies after the value"),
        Operator("in_last", "length", "lies in the stretch of this length that ends today, today included"),
        Operator("in_next", "length", "lies between today and this length ahead, both included"),
        Operator("older_than", "length", "lies in the past by this length or more"),
        Operator("rose", "truth", "is higher than before this run, or with `in_last` than that long ago"),
        Operator("fell", "truth", "is lower than before this run, or with `in_last` than that long ago"),
        Operator("rose_by", "value", "is higher by at least this much than before, or with `in_last` that long ago"),
        Operator("fell_by", "value", "is lower by at least this much than before, or with `in_last` that long ago"),
        Operator("present", "truth", "is a value rather than none; unknown on unknown"),
        Operator("known", "truth", "is not unknown; the only test that is never unknown itself"),
        Operator("firing", "text", "of a warning with `each`: `any` (the default), `all` or `same_record`"),
    )
}

COMBINATORS: Final[dict[str, str]] = {
    "all": "every one of the listed conditions holds",
    "any": "at least one of the listed conditions holds",
    "not": "the condition does not hold",
    "at_least": "at least `count` of the conditions `of` hold",
    "some": "at least one record (or `at_least: n`) of the collection `in` satisfies `where`",
    "every": "every record of the collection `in` satisfies `where`; true for no records",
    "none": "no record of the collection `in` satisfies `where`",
    "firing": "at least `at_least` warnings of the `light` are firing",
    "previous": "the conclusions as they were before this run",
    "was": "conclusions and metrics as they were so long `ago`",
}

AGO: Final = "ago"
"""The key beside the conditions of ``was``."""

RESERVED: Final = frozenset(OPERATORS) | frozenset(COMBINATORS) | {AGO}
"""Names that can't be ids."""
