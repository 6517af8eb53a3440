"""Writes ``schemas/`` anew: the JSON Schema of every kind of file, made from the types that read and write it."""

from collections.abc import Callable
from typing import Any, Final

from engine.daily.report import run_schema
from engine.daily.status import status_schema
from engine.delivery.listing import deliveries_schema, messages_schema
from engine.delivery.settings import delivery_schema
from engine.foundation.resources import data_folder
from engine.language.exceptions import exceptions_schema
from engine.language.schema import playbook_schema
from engine.ledger.listing import action_schema, actions_schema, overrides_schema, silences_schema, tick_schema
from engine.ledger.schema import applied_schema, changes_schema, replay_schema, verification_schema
from engine.planning.schema import explanation_schema, history_schema, plan_schema
from engine.planning.team import team_schema
from engine.proving.shape import scenario_schema
from engine.snapshots.schema import mapping_schema, schema_text, snapshot_schema, sources_schema

SCHEMAS: Final[dict[str, Callable[[], dict[str, Any]]]] = {
    "action.schema.json": action_schema,
    "actions.schema.json": actions_schema,
    "applied.schema.json": applied_schema,
    "changes.schema.json": changes_schema,
    "deliveries.schema.json": deliveries_schema,
    "delivery.schema.json": delivery_schema,
    "exceptions.schema.json": exceptions_schema,
    "explanation.schema.json": explanation_schema,
    "history.schema.json": history_schema,
    "mapping.schema.json": mapping_schema,
    "messages.schema.json": messages_schema,
    "overrides.schema.json": overrides_schema,
    "plan.schema.json": plan_schema,
    "playbook.schema.json": playbook_schema,
    "replay.schema.json": replay_schema,
    "run.schema.json": run_schema,
    "scenario.schema.json": scenario_schema,
    "silences.schema.json": silences_schema,
    "snapshot.schema.json": snapshot_schema,
    "sources.schema.json": sources_schema,
    "status.schema.json": status_schema,
    "team.schema.json": team_schema,
    "tick.schema.json": tick_schema,
    "verification.schema.json": verification_schema,
}


def texts() -> dict[str, str]:
    """What each file should hold."""
    return {name: schema_text(make()) for name, make in SCHEMAS.items()}


def main() -> None:
    """Write them all."""
    folder = data_folder("schemas")
    folder.mkdir(exist_ok=True)
    for name, text in texts().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
