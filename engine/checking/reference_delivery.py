"""The reference page of the settings of delivery."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import fields

from engine.checking.reference_tables import table
from engine.checking.reference_words import DELIVERY
from engine.delivery.settings import WAYS, Attempts, Channels, DeliveryFile, WorkingDays, delivery_schema

Json = dict[str, Any]


def delivery_page() -> Iterator[str]:
    """The page about the settings of delivery, line by line."""
    yield "# Delivery settings"
    yield ""
    yield "The file of `deliver --delivery` and `run --delivery`."
    yield "[Send messages](../how-to/send-messages.md) shows it in use."
    yield ""
    yield from _settings_part("The file", DeliveryFile, delivery_schema())
    models: dict[str, type[Struct]] = {"working_days": WorkingDays, "attempts": Attempts, "channels": Channels}
    for title, model in {**models, **{f"by: {name}": way for name, way in WAYS.items()}}.items():
        yield from _settings_part(f"`{title}`", model, delivery_schema()["$defs"][model.__name__])


def _settings_part(title: str, model: type[Struct], schema: Json) -> Iterator[str]:
    yield f"## {title}"
    yield ""
    yield schema["description"]
    yield ""
    needed, known = schema.get("required", []), {field.encode_name: field.default for field in fields(model)}
    yield from table(
        ("key", "what it says", "default"),
        (
            (f"`{name}`", _setting(model, name) + (", needed" if name in needed else ""), _default(known[name]))
            for name in schema["properties"]
        ),
    )


def _setting(model: type[Struct], key: str) -> str:
    return DELIVERY.get(f"{model.__name__}.{key}") or DELIVERY[key]


def _default(value: object) -> str:
    return f"`{value}`" if isinstance(value, str | int) else ""
