"""``playbook fmt``: files are laid out in place, or only looked at."""

from tests.commands.workplace import Workplace

UNTIDY = "playbook:  x   # mine\nlocale: zh-CN\nfields:\n    a: { type:  number }\n"
TIDY = "playbook: x    # mine\nlocale: zh-CN\nfields:\n  a: {type: number}\n"


def test_a_playbook_and_its_scenarios_are_laid_out_in_place(at: Workplace) -> None:
    at.write("p/playbook.yaml", UNTIDY)
    test = at.write("p/tests/t.yaml", "scenarios: []   \n")
    answer = at.run("fmt", "p")
    assert (answer.exit_code, answer.stdout) == (0, "")
    assert (at.folder / "p/playbook.yaml").read_text() == TIDY
    assert test.read_text() == "scenarios: []\n"
    assert at.run("fmt", "p", "--check").exit_code == 0


def test_check_and_diff_change_nothing(at: Workplace) -> None:
    file = at.write("p.yaml", UNTIDY)
    checked = at.run("fmt", "p.yaml", "--check")
    assert (checked.exit_code, "would change: p.yaml" in checked.stderr) == (1, True)
    assert "+  a: {type: number}\n" in at.run("fmt", "p.yaml", "--diff").stdout
    assert file.read_text() == UNTIDY


def test_a_broken_file_is_told_and_none_is_changed(at: Workplace) -> None:
    good, broken = at.write("p/a.yaml", UNTIDY), at.write("p/b.yaml", "a: [\n")
    answer = at.run("fmt", "p")
    assert (answer.exit_code, "b.yaml" in answer.stderr) == (1, True)
    assert (good.read_text(), broken.read_text()) == (UNTIDY, "a: [\n")
    assert at.run("fmt", "nowhere").exit_code == 2


def test_a_difference_of_blanks_is_seen_beside_chinese_words(at: Workplace) -> None:
    at.write("p.yaml", "playbook: p\nfields:\n      a: {type: number, title: 预算}\n")
    told = at.run("fmt", "p.yaml", "--diff").stdout
    assert "-      a: {type: number, title: 预算}\n+  a: {type: number, title: 预算}\n" in told
