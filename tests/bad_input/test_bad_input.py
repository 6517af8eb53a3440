"""Bad input is normal input: through the real program, each kind gets its own message, place and exit code.

If one of these fails, somebody sees a traceback, a program that hangs, or a message that names no line to mend.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 20
"""Seconds after which a run counts as hanging; two are promised, on a quiet machine."""

GOOD = """\
playbook: trial
language: 1
locale: zh-CN
parameters: {floor: 70 points}
fields: {budget: {one_of: [free, frozen]}, wallet: {type: money}}
classes:
  tier: {first: {key: {satisfaction: {at_least: 90}}}, otherwise: normal}
warnings:
  low: {light: yellow, when: {satisfaction: {below: $floor}}}
"""

ACCOUNT = {
    "id": "A-1",
    "name": "Trial",
    "surveys": [{"id": "s", "on": "2026-11-01", "kind": "overall", "score": 60}],
    "tickets": [],
    "interactions": [],
}


def run(folder: Path, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, str(ROOT / "cli.py"), *arguments]
    return subprocess.run(command, cwd=folder, input=stdin, capture_output=True, timeout=LIMIT, check=False)


def lines(*replaced: tuple[str, str]) -> str:
    text = GOOD
    for old, new in replaced:
        assert old in text
        text = text.replace(old, new)
    return text


def bomb() -> str:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    return GOOD + "\n".join(levels) + "\n"


PLAYBOOKS: dict[str, tuple[str | bytes | Callable[[], str | bytes], str, str, int]] = {
    # name: (text, code, what the message or hint must name, line)
    "typo in a key": (lines(("light: yellow, when", "light: yellow, wen")), "PB101", "when", 9),
    "typo in an operator": (lines(("{below: $floor}", "{belw: $floor}")), "PB101", "below", 9),
    "typo in a parameter": (lines(("$floor", "$flor")), "PB202", "floor", 9),
    "typo in a class value": (lines(("satisfaction: {below: $floor}}", "tier: kye}")), "PB203", "key", 9),
    "typo in a colour": (lines(("light: yellow", "light: yelow")), "PB104", "yellow", 9),
    "typo in a metric": (lines(("when: {satisfaction", "when: {satisfactoin")), "PB201", "satisfaction", 9),
    "a duplicate key": (GOOD + "language: 1\n", "PB005", "line 2", 10),
    "text for a number": (lines(("$floor", "low")), "PB301", "low", 9),
    "money against text": (
        lines(("when: {satisfaction: {below: $floor}}", "when: {budget: 500000 CNY}")),
        "PB203",
        "free",
        9,
    ),
    "text against money": (
        lines(("when: {satisfaction: {below: $floor}}", "when: {wallet: {below: much}}")),
        "PB301",
        "CNY",
        9,
    ),
    "a number in an odd form": (lines(("$floor", "1e2")), "PB007", "100", 9),
    "a circle of metrics": (GOOD + "metrics: {a: {value: b}, b: {value: a}}\n", "PB401", "a → b → a", 10),
    "a circle of entries": (
        lines(("when: {satisfaction: {below: $floor}}", "when: {light: red}")).replace("light: yellow,", "light: red,"),
        "PB401",
        "light",
        9,
    ),
    "a gap in dated parameters": (
        lines(("{floor: 70 points}", "{floor: {dated: {2026-01-01: 70 points}}}")),
        "PB402",
        "2026-01-01",
        4,
    ),
    "an overlap in dated parameters": (
        lines(("{floor: 70 points}", "{floor: {dated: {2026-01-01: 70 points, 2026-01-01: 75 points}}}")),
        "PB005",
        "2026-01-01",
        4,
    ),
    "an alias bomb": (bomb, "PB006", "alias", 0),
    "100,000 nested brackets": (lambda: GOOD + "x: " + "[" * 100_000, "PB003", "64", 10),
    "invalid UTF-8": (GOOD.encode() + b"title: \xff\xfe\n", "PB001", "UTF-8", 10),
    "a 50 MB file": (lambda: b"#" * 50_000_000, "PB002", "1,000,000 are read", 0),
}


@pytest.mark.parametrize("name", PLAYBOOKS)
def test_a_bad_playbook_names_line_and_cure(name: str, tmp_path: Path) -> None:
    made, code, word, line = PLAYBOOKS[name]
    text = made() if callable(made) else made
    (tmp_path / "playbook.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    done = run(tmp_path, "check", "playbook.yaml", "--strict", "--format", "json")
    assert done.returncode == 1, done.stderr.decode()
    found = json.loads(done.stdout)["problems"]
    match = [each for each in found if each["code"] == code]
    assert match, found
    assert word in f"{match[0]['message']} {match[0]['hint']}", match
    assert not line or match[0]["line"] == line, match
    assert b"Traceback" not in done.stdout + done.stderr


def with_template(folder: Path, template: str) -> Path:
    (folder / "templates").mkdir(parents=True)
    text = GOOD.replace("{light: yellow, ", "{light: yellow, do: [{kind: message, send: note}], ")
    text += "roles: {theirs: {user: {}}}\ncontent: {note: {to: user, subject: Hello, template: note}}\n"
    (folder / "playbook.yaml").write_text(text, encoding="utf-8")
    (folder / "templates" / "note.md").write_text(template, encoding="utf-8")
    return folder


def test_a_template_with_an_undefined_variable_fails_at_check(tmp_path: Path) -> None:
    with_template(tmp_path, "Dear {{ contact.name }},\n\n{{ accuont.name }}\n")
    done = run(tmp_path, "check", ".", "--format", "json")
    assert done.returncode == 1
    (found,) = json.loads(done.stdout)["problems"]
    assert (found["code"], found["line"]) == ("PB602", 3)
    assert "account" in found["hint"]


_LOOP = "{% for a in many %}"
LOOPS = _LOOP * 4 + "x" + "{% endfor %}" * 4


@pytest.mark.parametrize("template", ["{{ 'x' * 10**9 }}", "{% for i in range(10**9) %}x{% endfor %}"])
def test_a_template_that_allocates_or_loops_is_refused(template: str, tmp_path: Path) -> None:
    with_template(tmp_path, template)
    done = run(tmp_path, "check", ".", "--format", "json")
    assert done.returncode == 1
    assert {each["code"] for each in json.loads(done.stdout)["problems"]} <= {"PB602", "PB603", "PB605", "PB606"}


def test_a_template_that_loops_over_data_stops_at_its_bound(tmp_path: Path) -> None:
    """The loops are over the account's own data, so that only rendering can find out."""
    with_template(tmp_path, LOOPS.replace("many", "tags"))
    playbook = (tmp_path / "playbook.yaml").read_text(encoding="utf-8")
    playbook = playbook.replace("wallet: {type: money}", "wallet: {type: money}, tags: {type: texts}")
    (tmp_path / "playbook.yaml").write_text(playbook, encoding="utf-8")
    (tmp_path / "templates" / "note.md").write_text(
        "{% if tags %}" + LOOPS.replace("many", "tags") + "{% endif %}", encoding="utf-8"
    )
    contact = {"id": "C-1", "name": "Li", "role": "user", "email": "li@customer.example"}
    account = {**ACCOUNT, "contacts": [contact], "fields": {"tags": [str(n) for n in range(200)]}}
    other = {**ACCOUNT, "id": "A-2"}
    done = plan(tmp_path, json.dumps(account).encode() + b"\n" + json.dumps(other).encode())
    assert done.returncode == 3, done.stderr.decode()
    assert b"PB603" in done.stderr
    assert b"A-1" in done.stderr
    assert [each["account"]["id"] for each in json.loads(done.stdout)] == ["A-2"]


def plan(folder: Path, accounts: bytes) -> subprocess.CompletedProcess[bytes]:
    if not (folder / "playbook.yaml").exists():
        (folder / "playbook.yaml").write_text(GOOD, encoding="utf-8")
    (folder / "accounts.jsonl").write_bytes(accounts)
    common = ("--accounts", "accounts.jsonl", "--as-of", "2026-11-20", "--format", "json")
    return run(folder, "plan", "playbook.yaml" if not (folder / "templates").exists() else ".", *common)


BAD_LINES = {
    "broken JSON": (b'{"id": "A-0", "name": ', "PB701"),
    "text for a number": (
        json.dumps({**ACCOUNT, "id": "A-0", "surveys": [{"id": "s", "score": "60"}]}).encode(),
        "PB702",
    ),
    "an unknown key": (json.dumps({**ACCOUNT, "id": "A-0", "survey": []}).encode(), "PB702"),
    "a repeated id": (json.dumps({**ACCOUNT, "id": "A-0", "tickets": [{"id": "T"}, {"id": "T"}]}).encode(), "PB703"),
    "a huge line": (b'{"id": "A-0", "name": "' + b"x" * 5_000_000 + b'"}', "PB002"),
    "invalid UTF-8": (b'{"id": "A-0", "name": "\xff"}', "PB001"),
    "deep nesting": (b'{"id": "A-0", "name": "x", "fields": {"x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}", "PB00"),
    "no object": (b"[1, 2", "PB70"),
}


@pytest.mark.parametrize("name", BAD_LINES)
def test_a_bad_account_is_named_and_the_others_are_planned(name: str, tmp_path: Path) -> None:
    line, code = BAD_LINES[name]
    good = json.dumps(ACCOUNT).encode()
    done = plan(tmp_path, good.replace(b"A-1", b"A-7") + b"\n" + line + b"\n" + good + b"\n")
    assert done.returncode == 3, done.stderr.decode()[:2000]
    assert code in done.stderr.decode(), done.stderr.decode()[:2000]
    assert b"accounts.jsonl:2" in done.stderr
    assert b"Traceback" not in done.stderr
    assert [each["account"]["id"] for each in json.loads(done.stdout)] == ["A-7", "A-1"]


def test_a_bad_playbook_leaves_no_output_behind(tmp_path: Path) -> None:
    (tmp_path / "playbook.yaml").write_text(GOOD.replace("yellow", "yelow"), encoding="utf-8")
    (tmp_path / "accounts.jsonl").write_text(json.dumps(ACCOUNT), encoding="utf-8")
    common = ("--accounts", "accounts.jsonl", "--as-of", "2026-11-20", "--out", "out")
    done = run(tmp_path, "plan", "playbook.yaml", *common)
    assert done.returncode == 1
    assert b"PB104" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("check", "nowhere"), b"nowhere"),
        (("plan", "playbook.yaml", "--accounts", "nowhere.jsonl", "--as-of", "2026-11-20"), b"nowhere.jsonl"),
        (("plan", "playbook.yaml", "--accounts", "accounts.jsonl", "--as-of", "tomorrow"), b"tomorrow"),
        (
            ("plan", "playbook.yaml", "--accounts", "accounts.jsonl", "--as-of", "2026-11-20", "--team", "no.yaml"),
            b"no.yaml",
        ),
        (("plan", "playbook.yaml", "--accounts", "accounts.jsonl", "--as-of", "2026-11-20", "--engine", "zen"), b"zen"),
        (("snapshot", "no-mapping.yaml", "--as-of", "2026-11-20", "-o", "x.jsonl"), b"no-mapping.yaml"),
    ],
)
def test_wrong_usage_ends_with_two(arguments: tuple[str, ...], word: bytes, tmp_path: Path) -> None:
    (tmp_path / "playbook.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "accounts.jsonl").write_text(json.dumps(ACCOUNT), encoding="utf-8")
    done = run(tmp_path, *arguments)
    assert done.returncode == 2, (done.stdout + done.stderr).decode()
    assert word in done.stdout + done.stderr
    assert b"Traceback" not in done.stderr
