"""``plan --out``: whole files or none, and none outside the folder, whatever the accounts are called."""

import json
from pathlib import Path

import pytest

from tests.commands.workplace import Workplace, account


def names(folder: Path) -> list[str]:
    return sorted(each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file())


def test_a_folder_gets_the_plans_and_a_file_per_message(at: Workplace) -> None:
    answer = at.plan("--out", "out")
    assert "● 黄灯" in answer.stdout
    assert answer.stderr.endswith("→ out\n")
    (plan,) = [json.loads(line) for line in (at.folder / "out/plans.jsonl").read_text().splitlines()]
    message = plan["messages"][0]
    name = f"messages/A-1-{message['id']}.zh-CN.txt"
    assert names(at.folder / "out") == [name, "plans.jsonl"]
    head, _, body = (at.folder / "out" / name).read_text().partition("\n\n")
    assert "To: 陆建国 (decision_maker) <lu@example.com>\n" in head
    assert "Approval: required\n" in head
    assert head.endswith("Subject: 续约：框架协议")
    assert body == message["body"]


def test_the_folder_holds_what_json_says(at: Workplace) -> None:
    lines = at.plan("--format", "ndjson", "--out", "out").stdout
    assert (at.folder / "out/plans.jsonl").read_text() == lines


@pytest.mark.parametrize(
    ("name", "options", "begins"),
    [
        ("plans.json", (), "[\n{"),
        ("plans.ndjson", (), '{"format":"playbook-plan/1"'),
        ("deep/er/plans.jsonl", (), '{"format":"playbook-plan/1"'),
        ("plans.txt", (), "  到期"),
        ("plans.csv", (), "\ufeff客户编号,"),
        ("plans.html", (), "<!doctype html>"),
        ("plans.json", ("--format", "table"), "  到期"),
    ],
)
def test_a_file_gets_the_format_chosen_or_that_of_its_name(
    at: Workplace, name: str, options: tuple[str, ...], begins: str
) -> None:
    answer = at.plan("--out", name, *options)
    assert answer.stdout == ""
    assert (at.folder / name).read_text(encoding="utf-8").startswith(begins)


def test_a_name_that_no_format_has_is_no_folder(at: Workplace) -> None:
    told = at.plan("--out", "plan.docx")
    assert told.exit_code == 2 and "plan.docx ends in none of .json, " in told.stderr
    assert not (at.folder / "plan.docx").exists()
    assert at.plan("--out", "plans-2026.11").exit_code == 0
    assert names(at.folder / "plans-2026.11")[-1] == "plans.jsonl"


def test_a_second_run_replaces_the_first_and_leaves_other_files_alone(at: Workplace) -> None:
    at.plan("--out", "out")
    at.write("out/messages/notes.txt", "mine")
    at.write("out/mine.txt", "mine")
    at.accounts(account(contracts=[]))
    at.plan("--out", "out")
    assert names(at.folder / "out") == ["messages/notes.txt", "mine.txt", "plans.jsonl"]


@pytest.mark.parametrize("target", ["out", "plans.json"])
def test_a_run_that_fails_changes_nothing(at: Workplace, target: str) -> None:
    at.plan("--out", target)
    before = {name: (at.folder / name).read_bytes() for name in names(at.folder)}
    assert at.plan("--out", target, "--account", "A-404").exit_code == 2
    at.write("small/playbook.yaml", "playbook: [")
    assert at.plan("--out", target).exit_code == 1
    after = {name: (at.folder / name).read_bytes() for name in names(at.folder)}
    assert after == {**before, "small/playbook.yaml": b"playbook: ["}


@pytest.mark.parametrize("target", ["out", "plans.json"])
def test_a_run_that_is_stopped_half_way_leaves_nothing_behind(
    at: Workplace, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.commands.totals import Totals

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = names(at.folder)
    monkeypatch.setattr(Totals, "_count", stop)
    answer = at.plan("--out", target)
    assert (answer.exit_code, answer.stderr) == (130, "\ninterrupted\n")
    assert names(at.folder) == before


def test_accounts_that_fail_do_not_keep_the_others_from_being_written(at: Workplace) -> None:
    at.accounts("not json", account())
    assert at.plan("--out", "out").exit_code == 3
    assert len((at.folder / "out/plans.jsonl").read_text().splitlines()) == 1


@pytest.mark.parametrize(
    "account_id",
    ["../../evil", "/etc/evil", "..", "a/b\\c", "-rf", ".hidden", "con\x00\n\x1b[2J", "长" * 150, " ", "x" * 200],
    ids=ascii,
)
def test_no_account_id_leads_out_of_the_folder(at: Workplace, account_id: str) -> None:
    at.accounts(account(account_id, language="zh-../../../evil"))
    assert at.plan("--out", "work/out").exit_code == 0
    (plans, message) = sorted(names(at.folder / "work"), reverse=True)
    assert plans == "out/plans.jsonl"
    assert message.startswith("out/messages/")
    assert not Path(message).name.startswith((".", "-"))
    assert len(Path(message).name.encode()) < 255
    assert sorted(each.name for each in at.folder.iterdir()) == ["accounts.jsonl", "small", "work"]


def test_a_message_file_is_harmless_to_look_at(at: Workplace) -> None:
    evil = "陆\x1b[2J\nBcc: all@example.com"
    at.accounts(account(contacts=[{"id": "C-1", "name": evil, "role": "decision_maker", "email": "lu@example.com"}]))
    at.plan("--out", "out")
    (message,) = (at.folder / "out/messages").iterdir()
    text = message.read_text()
    assert "\x1b" not in text
    assert "\nBcc:" not in text.partition("\n\n")[0]


def test_files_are_readable_for_whom_the_users_files_are(at: Workplace) -> None:
    at.plan("--out", "out")
    at.plan("--out", "plans.json")
    usual = at.write("usual", "").stat().st_mode
    assert {(at.folder / name).stat().st_mode for name in ("out/plans.jsonl", "plans.json")} == {usual}


@pytest.mark.parametrize(
    ("command", "lost"),
    [
        ("plan small --accounts accounts.jsonl --as-of 2026-11-20 --out accounts.jsonl", "accounts.jsonl"),
        ("plan small --accounts accounts.jsonl --as-of 2026-11-20 --out ./small/playbook.yaml", "small/playbook.yaml"),
        ("plan small --accounts one --as-of 2026-11-20 --format json --out one/a.json", "one/a.json"),
        ("snapshot mapping.yaml --as-of 2026-11-20 -o customers.csv", "customers.csv"),
        ("snapshot mapping.yaml --as-of 2026-11-20 --sources mapping.yaml", "mapping.yaml"),
        ("test small --junit small/tests/satisfaction.yaml", "small/tests/satisfaction.yaml"),
    ],
)
def test_what_is_read_is_never_written_over(at: Workplace, command: str, lost: str) -> None:
    at.write("one/a.json", json.dumps(account()))
    at.write("customers.csv", "id,name\nA-1,蓝海\n")
    at.write(
        "mapping.yaml",
        "mapping: 1\ntimezone: Asia/Shanghai\ntables: {customers: {file: customers.csv, account: id}}\n"
        "account: {table: customers, record: {name: name}}\n",
    )
    before = (at.folder / lost).read_bytes()
    told = at.run(*command.split())
    assert told.exit_code == 2 and "is read by this command and would be lost" in told.stderr
    assert (at.folder / lost).read_bytes() == before


def test_a_plan_may_lie_in_the_folder_of_its_playbook(at: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    command = ["plan", ".", "--accounts", "../accounts.jsonl", "--as-of", "2026-11-20", "--out", "plan.html"]
    monkeypatch.chdir(at.folder / "small")
    assert [at.run(*command).exit_code for _ in range(2)] == [0, 0]


def test_two_outputs_are_two_files(at: Workplace) -> None:
    told = at.run("snapshot", "mapping.yaml", "--as-of", "2026-11-20", "-o", "a.jsonl", "--sources", "./a.jsonl")
    assert told.exit_code == 2 and "given twice" in told.stderr
