"""The folder that the commands run in."""

from pathlib import Path

import pytest

from tests.commands.workplace import PLAYBOOK, SCENARIOS, TEMPLATES, Workplace, account


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workplace:
    """A folder with the playbook ``small`` and one account."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    place = Workplace(tmp_path)
    place.write("small/playbook.yaml", PLAYBOOK)
    place.write("small/tests/satisfaction.yaml", SCENARIOS)
    for language, text in TEMPLATES.items():
        place.write(f"small/templates/renewal.{language}.md", text)
    place.accounts(account())
    return place
