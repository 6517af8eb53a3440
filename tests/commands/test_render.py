"""``playbook render``: somebody reads every message before anybody gets it."""

from pathlib import Path

from click.testing import CliRunner

from engine.commands.main import main
from tests.playbooks.shelf import ACCOUNTS, HANDBOOK, ROOT

COMMON = ["render", str(HANDBOOK), "--accounts", str(ACCOUNTS), "--as-of", "2026-11-20",
          "--team", str(ROOT / "examples" / "team.yaml")]  # fmt: skip


def test_the_messages_of_one_content_in_the_other_language() -> None:
    found = CliRunner().invoke(main, [*COMMON, "three_r_message", "--language", "en"])
    assert found.exit_code == 0, found.output
    assert "Language: en-US" in found.stdout
    assert "zh-CN" not in found.stdout
    assert "You can count on the same from us:" in found.stdout


def test_a_folder_gets_a_file_per_message(tmp_path: Path) -> None:
    found = CliRunner().invoke(main, [*COMMON, "--account", "A-008", "--format", "eml", "--out", str(tmp_path)])
    assert found.exit_code == 0, found.output
    files = sorted(tmp_path.iterdir())
    assert files
    assert all(each.suffix == ".eml" and b"multipart/alternative" in each.read_bytes() for each in files)


def test_a_content_that_is_not_there_is_told_with_the_nearest() -> None:
    found = CliRunner().invoke(main, [*COMMON, "three_r_mesage"])
    assert found.exit_code == 2
    assert "three_r_message" in found.output


def test_what_is_held_back_is_not_shown(tmp_path: Path) -> None:
    said = tmp_path / "exceptions.yaml"
    said.write_text("exceptions: {quiet: {accounts: [A-008], until: 2026-12-31, why: audit, who: Wang}}\n")
    whole, held = (
        CliRunner().invoke(main, [*COMMON, "--account", "A-008", *more]) for more in ((), ("--exceptions", str(said)))
    )
    assert whole.stdout
    assert (held.exit_code, held.stdout) == (0, "")
