"""``playbook check``: every problem, in the form that was asked for, and an exit code that CI can trust."""

import json

import pytest

from tests.commands.workplace import PLAYBOOK, Workplace

BROKEN = PLAYBOOK.replace("light: yellow", "ligth: yellow", 1).replace("at_least", "atleast")
WARNED = PLAYBOOK + "  spare: {subject: {zh: 续 #1, en: Renewal}, template: renewal}\n"
ODD = "playbook: odd\nlanguage: 1\nlocale: zh-CN\nmetrics:\n  'a%b,c:d': 1\n"


def broken(at: Workplace) -> None:
    at.write("small/playbook.yaml", BROKEN)


def test_a_sound_playbook_says_so_on_stderr_and_nothing_on_stdout(at: Workplace) -> None:
    answer = at.run("check", "small")
    assert (answer.exit_code, answer.stdout, answer.stderr) == (0, "", "no problems in 1 playbook\n")


def test_quiet_says_nothing_at_all(at: Workplace) -> None:
    assert at.run("check", "small", "--quiet").output == ""


def test_an_error_has_its_place_code_message_and_hint(at: Workplace) -> None:
    broken(at)
    answer = at.run("check", "small")
    assert answer.exit_code == 1
    assert "small/playbook.yaml\n" in answer.stdout
    line = BROKEN.splitlines().index("    ligth: yellow") + 1
    assert f"{line}:5  error    PB101  unknown key `ligth`" in answer.stdout
    assert "hint: did you mean `light`?" in answer.stdout
    assert answer.stderr == f"\n{answer.stdout.count('  error  ')} errors in 1 playbook\n"


def test_problems_of_several_playbooks_come_together(at: Workplace) -> None:
    broken(at)
    at.write("other.yaml", "playbook: other\nlanguage: 7\n")
    answer = at.run("check", "other.yaml", "small")
    assert answer.stdout.index("other.yaml") < answer.stdout.index("small/playbook.yaml")
    assert "in 2 playbooks" in answer.stderr


def test_json_is_sorted_complete_and_of_the_documented_form(at: Workplace) -> None:
    broken(at)
    document = json.loads(at.run("check", "small", "--format", "json").stdout)
    assert document["format"] == "playbook-problems/1"
    problems = document["problems"]
    assert [list(each) for each in problems] == [
        ["file", "line", "column", "code", "severity", "message", "hint"]
    ] * len(problems)
    assert problems == sorted(problems, key=lambda each: (each["file"], each["line"], each["column"], each["code"]))


def test_json_of_a_sound_playbook_is_an_empty_list(at: Workplace) -> None:
    answer = at.run("check", "small", "--format", "json")
    assert json.loads(answer.stdout) == {"format": "playbook-problems/1", "problems": []}
    assert answer.stderr == ""


def test_github_gets_one_command_per_problem(at: Workplace) -> None:
    broken(at)
    lines = at.run("check", "small", "--format", "github").stdout.splitlines()
    line = BROKEN.splitlines().index("    ligth: yellow") + 1
    expected = f"::error file=small/playbook.yaml,line={line},col=5,title=PB101::unknown key `ligth`"
    assert any(each.startswith(expected) and each.endswith("%0Adid you mean `light`?") for each in lines)
    assert all(each.startswith("::") for each in lines)


def test_github_is_told_nothing_it_would_take_for_another_command(at: Workplace) -> None:
    """A name with a line end or `::` in it must not start a command of its own."""
    at.write("we,ird:%\n::stop::.yaml", "playbook: x\nlanguage: 7\n")
    (line,) = at.run("check", "we,ird:%\n::stop::.yaml", "--format", "github").stdout.splitlines()
    assert line.startswith("::error file=we%2Cird%3A%25 %3A%3Astop%3A%3A.yaml,line=2,")


@pytest.mark.parametrize(("options", "code"), [((), 0), (("--strict",), 1)])
def test_strict_makes_warnings_count(at: Workplace, options: tuple[str, ...], code: int) -> None:
    at.write("small/playbook.yaml", PLAYBOOK.replace("title: {zh: 合作阶段, en: Phase}", "title: Phase #1"))
    answer = at.run("check", "small", *options)
    assert "warning  PB011" in answer.stdout
    assert answer.exit_code == code


def test_a_note_never_counts(at: Workplace) -> None:
    at.write("small/more.yaml", "metrics:\n  quiet: {days_since: interactions.on}\n")
    answer = at.run("check", "small", "--strict")
    assert ("note     PB409" in answer.stdout, answer.exit_code) == (True, 0)


def test_a_missing_playbook_is_no_verdict_on_the_others(at: Workplace) -> None:
    broken(at)
    answer = at.run("check", "small", "nowhere")
    assert answer.exit_code == 2
    assert "PB101" in answer.stdout
    assert "PB009  there is no such file or folder" in answer.stdout


def test_a_shipped_playbook_is_found_by_name_and_has_no_problems(at: Workplace) -> None:
    assert at.run("check", "handbook", "--strict").exit_code == 0


def test_a_typo_in_its_name_is_answered_with_the_name(at: Workplace) -> None:
    assert "did you mean `handbook`?" in at.run("check", "handbok").stdout


def test_a_folder_of_ones_own_comes_before_a_shipped_playbook(at: Workplace) -> None:
    at.write("handbook/playbook.yaml", "playbook: mine\nlanguage: 7\n")
    assert "handbook/playbook.yaml" in at.run("check", "handbook").stdout


@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_a_file_whose_name_is_no_text_can_be_reported(at: Workplace, form: str) -> None:
    answer = at.run("check", "--format", form, "no\udcffwhere")
    assert answer.exit_code == 2
    assert "PB009" in answer.stdout
    assert "no\\udcffwhere" in answer.stdout.replace("\\\\", "\\")


def test_colours_are_for_terminals_only(at: Workplace) -> None:
    broken(at)
    assert "\x1b[" not in at.run("check", "small").output
