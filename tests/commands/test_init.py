"""``playbook init``: whoever begins gets something that works, and loses nothing that was there."""

import pytest

from tests.commands.workplace import Workplace


@pytest.mark.parametrize("locale", ["zh-CN", "en-US", "en-GB", "zh-TW"])
def test_a_new_playbook_passes_its_own_tests(at: Workplace, locale: str) -> None:
    assert at.run("init", "mine", "--locale", locale).exit_code == 0
    assert at.run("check", "mine", "--strict", "--format", "text").stdout == ""
    tested = at.run("test", "mine")
    assert (tested.exit_code, "5 passed" in tested.stderr) == (0, True)
    assert at.run("fmt", "mine", "--check").exit_code == 0
    planned = at.run("plan", "mine", "--accounts", "mine/accounts.jsonl", "--as-of", "2026-11-20", "--format", "json")
    assert planned.exit_code == 0
    assert '"id":"mine"' in planned.stdout.replace(" ", "")


def test_a_folder_whose_name_is_no_id_gets_one(at: Workplace) -> None:
    told = at.run("init", "2026 plan").stderr
    assert "  playbook plan '2026 plan' --accounts '2026 plan/accounts.jsonl' --as-of 2026-11-20\n" in told
    assert "playbook: my-first\n" in (at.folder / "2026 plan/playbook.yaml").read_text("utf-8")


def test_nothing_is_overwritten(at: Workplace) -> None:
    before = (at.folder / "small/playbook.yaml").read_bytes()
    answer = at.run("init", "small")
    assert (answer.exit_code, "PB014" in answer.stderr) == (2, True)
    assert (at.folder / "small/playbook.yaml").read_bytes() == before
    assert at.run("init", "accounts.jsonl").exit_code == 2
    assert at.run("init", "new", "--locale", "xx-YY").exit_code == 2
    assert not (at.folder / "new").exists()
