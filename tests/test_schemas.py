"""The schemas that editors and other programs read are those the engine goes by."""

import json

import pytest
from jsonschema import Draft202012Validator

from engine.foundation.resources import data_folder
from scripts.schemas import SCHEMAS, texts

SHIPPED = {each.name: each for each in data_folder("schemas").iterdir()}


def test_every_shipped_schema_is_generated() -> None:
    assert set(SHIPPED) == set(SCHEMAS)


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_shipped_schema_is_what_make_schemas_writes(name: str) -> None:
    assert SHIPPED[name].read_text("utf-8") == texts()[name], "run `make schemas`"


@pytest.mark.parametrize("name", SCHEMAS)
def test_it_is_a_valid_schema(name: str) -> None:
    Draft202012Validator.check_schema(json.loads(SHIPPED[name].read_text("utf-8")))
