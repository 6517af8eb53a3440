"""Overlays: a team changes what is theirs, and keeps the rest, each value with the file it came from."""

from pathlib import Path

import pytest

import engine
from engine import CompiledPlaybook, PlaybookInvalid, check_playbook
from engine.documents.document import plain
from engine.language.loading import load_files
from tests.inline import account, action, after, plan, states

BASE = """\
playbook: base
version: 1.2.0
locale: zh-CN
parameters:
  floor: 70 points
  watch: {title: Watch, value: 90 days, dated: {2026-01-01: 30 days, 2027-01-01: 60 days}, source: H-09}
roles: {ours: {account_manager: {title: AM}, lead: {title: Lead}}}
warnings:
  unhappy:
    title: Unhappy
    light: yellow
    when: {satisfaction: {below: $floor}}
    mutes: [quiet]
    do: [rescue]
  quiet: {light: yellow, when: {quiet_days: {above: 5 days}}}
plays:
  rescue: {tasks: {call: {kind: call, owner: lead, due: 2 working days}, thank: {kind: message, send: thanks}}}
  spare: {tasks: {look: {owner: lead}}}
content:
  thanks: {to: account_manager, audience: internal, subject: Thanks}
"""

LOW = account(surveys=[{"id": "S-1", "on": "2026-11-18", "kind": "overall", "score": 72}], interactions=[])


@pytest.fixture
def write(tmp_path: Path):
    """Writes playbooks beside each other."""

    def written(name: str, text: str, **templates: str) -> Path:
        folder = tmp_path / name
        (folder / "templates").mkdir(parents=True)
        (folder / "playbook.yaml").write_text(text, "utf-8")
        for key, body in templates.items():
            (folder / "templates" / f"{key}.md").write_text(body, "utf-8")
        return folder

    written("base", BASE, thanks="Thank you.")
    return written


def compiled(folder: Path) -> CompiledPlaybook:
    return engine.compile_playbook(engine.load_playbook(folder))


def told(folder: Path) -> list[tuple[int, str, str]]:
    """What check says: line, code, hint."""
    return [(each.line, each.code, each.hint or "") for each in check_playbook(folder)]


def test_an_overlay_changes_adds_and_takes_away(write) -> None:
    book = compiled(
        write(
            "ours",
            """\
playbook: ours
extends: ../base@1
parameters: {floor: 75 points}
warnings:
  quiet: {remove: true}
  unhappy: {do+: [spare], mutes-: quiet}
  rival: {title: Rival, light: red, when: {floor_of_ours: yes_please}}
fields: {floor_of_ours: {one_of: [yes_please]}}
plays: {rescue: {tasks: {call: {due: 1 hour}, thank: {remove: true}}}}
""",
        )
    )
    written = book.playbook
    assert list(written.warnings) == ["unhappy", "rival"]
    assert written.warnings["unhappy"].mutes == ()
    assert list(written.plays["rescue"].tasks) == ["call"]
    found = plan(book, LOW, "2026-11-20 10:00")
    assert states(found) == {"unhappy": "firing"}
    assert [each.address.split("/")[2] for each in found.actions] == ["rescue.call", "spare.look"]
    assert str(action(found, "rescue.call").due_at) == "2026-11-20 11:00:00+08:00"


def test_reasons_and_problems_name_the_file_each_value_came_from(write) -> None:
    folder = write("ours", "playbook: ours\nextends: ../base\nwarnings: {unhappy: {light: yelow}}\n")
    (found,) = check_playbook(folder)
    assert (Path(found.file).parent.name, found.line, found.code) == ("ours", 3, "PB104")
    book = compiled(write("mine", "playbook: mine\nextends: ../base\nparameters: {floor: 75 points}\n"))
    (warning, _) = plan(book, LOW, "2026-11-20").warnings
    assert warning.because.rule_at == "playbook.yaml:12"
    assert book.playbook.parameters["floor"].value is not None
    assert Path(book.playbook.parameters["floor"].value.place.file).parent.name == "mine"


def test_work_of_an_overlay_goes_on_under_the_base_s_name(write) -> None:
    """An overlay that began new work for everything that runs would have every customer called twice."""
    before = plan(
        compiled(write("a", "playbook: a\nextends: ../base\nparameters: {floor: 75 points}\n")), LOW, "2026-11-20"
    )
    again = write("b", "playbook: b\nextends: ../a\n")
    assert [each.id for each in plan(compiled(again), LOW, "2026-11-20").actions] == [
        each.id for each in before.actions
    ]
    assert action(before, "call").address.startswith("base/warnings.unhappy/")


def test_a_bare_figure_stands_in_for_all_the_base_says_of_it(write) -> None:
    ours = load_files(
        write("ours", "playbook: ours\nextends: ../base\nparameters: {watch: 9 days, floor: {source: us}}\n")
    )
    assert ours.document is not None
    assert plain(ours.document)["parameters"] == {
        "floor": {"value": "70 points", "source": "us"},
        "watch": {"title": "Watch", "source": "H-09", "value": "9 days"},
    }


@pytest.mark.parametrize(
    ("change", "code", "hint"),
    [
        ("parameters: {flor: 75 points}", "PB210", "did you mean `floor`?"),
        ("warnings: {unhapy: {light: red}}", "PB210", "did you mean `unhappy`?"),
        ("warnings: {other: {do+: [rescue]}}", "PB210", "known: quiet, unhappy"),
        ("warnings: {quite: {remove: true}}", "PB210", "did you mean `quiet`?"),
        ("warnings: {unhappy: {mutes-: [quite]}}", "PB210", "did you mean `quiet`?"),
        ("plays: {rescue: {tasks: {calls: {due: 1 hour}}}}", "PB210", "did you mean `call`?"),
        ("roles: {ours: {leads: {else: lead}}}", "PB210", "did you mean `lead`?"),
        ("plays: {rescue: {tasks+: [call]}}", "PB103", "write what changes under `tasks:`"),
        ("parameters:", "PB103", "write what belongs to it on the lines below, two spaces further in, as `name: …`"),
        ("warnings: {unhappy: {lihgt: red}}", "PB101", "did you mean `light`?"),
    ],
)
def test_a_slip_in_an_overlay_is_told_with_the_nearest_name(write, change: str, code: str, hint: str) -> None:
    folder = write("ours", f"playbook: ours\nextends: ../base\n{change}\n")
    assert told(folder) == [(3, code, hint)]


@pytest.mark.parametrize(
    ("extends", "code"),
    [
        ("../base@1", None), ("../base@1.2", None), ("../base@1.1.9", None), ("../base@1.3", "PB208"),
        ("../base@2", "PB208"), ("../base@latest", "PB105"), ("../nowhere", "PB207"), ("handbok", "PB207"),
        ("handbook@1", None),
    ],
)  # fmt: skip
def test_a_base_is_found_and_its_version_checked(write, extends: str, code: str | None) -> None:
    folder = write("ours", f"playbook: ours\nextends: {extends}\n")
    assert [each for _, each, _ in told(folder) if each != "PB406"] == ([code] if code else [])


def test_a_circle_is_shown(write) -> None:
    write("a", "playbook: a\nextends: ../b\n")
    (found,) = check_playbook(write("b", "playbook: b\nextends: ../a\n"))
    assert found.code == "PB401"
    assert [Path(each).name for each in found.message.split(": ")[1].split(" → ")] == ["b", "a", "b"]


def test_several_bases_stand_beside_each_other_and_a_clash_is_told(write) -> None:
    write("a", "playbook: a\nextends: ../base\nwarnings: {unhappy: {light: red}}\n")
    write("b", "playbook: b\nextends: ../base\nwarnings: {quiet: {title: Quiet}}\n")
    write("other", "playbook: other\nlocale: zh-CN\nplays: {new: {tasks: {look: {owner: account_manager}}}}\n")
    both = engine.load_playbook(write("both", "playbook: both\nextends: [../a, ../b, ../other]\n"))
    assert (both.warnings["unhappy"].light, both.warnings["quiet"].title is not None) == ("red", True)
    assert {"rescue", "new"} <= set(both.plays)
    write("c", "playbook: c\nextends: ../base\nwarnings: {unhappy: {title: Other}}\n")
    (found,) = check_playbook(write("clash", "playbook: clash\nextends: [../a, ../c]\n"))
    assert (found.code, found.line) == ("PB209", 2)
    assert "a/playbook.yaml:3" in found.message and "c/playbook.yaml:3" in found.message


def test_locales_that_differ_are_settled_by_the_overlay(write) -> None:
    write("us", "playbook: us\nlocale: en-US\n")
    assert [code for _, code, _ in told(write("x", "playbook: x\nextends: [../base, ../us]\n"))] == ["PB209"]
    assert told(write("y", "playbook: y\nlocale: en-US\nextends: [../base, ../us]\n")) == []


def test_templates_and_scenarios_of_the_base_are_found_and_an_overlay_s_own_win(write, tmp_path: Path) -> None:
    folder = write("ours", "playbook: ours\nextends: ../base\n", thanks="Ours.")
    text = next(each for each in engine.load_playbook(folder).templates if each.name == "thanks")
    assert text.text == "Ours."
    stable = BASE.replace("title: Unhappy", "title: Unhappy\n    status: stable").replace(
        "playbook: base", "playbook: s"
    )
    write("stable", stable, thanks="Thank you.")
    (tmp_path / "stable" / "tests").mkdir()
    (tmp_path / "stable" / "tests" / "t.yaml").write_text(
        "scenarios:\n"
        "  - {scenario: on, as_of: 2026-11-20, account: {}, expect: {warnings: {unhappy: firing}}}\n"
        "  - {scenario: off, as_of: 2026-11-20, account: {}, expect: {warnings: {unhappy: none}}}\n",
        "utf-8",
    )
    over = write("over", "playbook: over\nextends: ../stable\n")
    assert told(over) == []
    assert list(engine.run_scenarios(over)) == []


def test_a_mark_outside_an_overlay_is_an_unknown_key(write) -> None:
    folder = write("alone", "playbook: alone\nlocale: zh-CN\nwarnings: {x: {light: red, when: {nps: 1}, do+: [y]}}\n")
    assert [code for _, code, _ in told(folder)] == ["PB101"]


# -- formerly ------------------------------------------------------------------------------------------


def test_renamed_entries_and_playbooks_go_on_with_the_work_that_runs(write) -> None:
    before = compiled(write("was", BASE.replace("floor: 70", "floor: 75"), thanks="Thank you."))
    history = after(before, (LOW, "2026-11-19 10:00"))
    renamed = BASE.replace("floor: 70", "floor: 75").replace("playbook: base", "playbook: next\nformerly: [base]")
    renamed = renamed.replace("unhappy:", "discontent:\n    formerly: unhappy").replace("rescue:", "help:", 1)
    renamed = renamed.replace("[rescue]", "[help]").replace("help: {tasks", "help: {formerly: [rescue], tasks")
    book = compiled(write("next", renamed, thanks="Thank you."))
    found = plan(book, LOW, "2026-11-20 10:00", history)
    old = plan(before, LOW, "2026-11-20 10:00", history)
    assert [(each.due_at, each.state) for each in found.actions] == [(each.due_at, each.state) for each in old.actions]
    assert {each.state for each in found.actions} == {"unchanged"}
    assert [each.since for each in found.warnings] == [each.since for each in old.warnings]


def test_a_former_id_that_is_in_use_is_a_problem(write) -> None:
    with pytest.raises(PlaybookInvalid) as found:
        compiled(write("ours", "playbook: ours\nextends: ../base\nwarnings: {unhappy: {formerly: [quiet]}}\n"))
    assert [each.code for each in found.value.problems] == ["PB211"]
