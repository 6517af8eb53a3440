"""People see what they approve, and say what became of what nobody can know."""

import json
from pathlib import Path

import jsonschema
import pytest

import engine
from engine.foundation.resources import data_folder
from engine.lifecycle.events import InDoubt, Sending
from tests.commands.workplace import Workplace, account
from tests.ledger.world import entry, fresh, message, moment, planned

NOW = moment(1).isoformat()


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workplace:
    """A ledger with two drafts to approve."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PLAYBOOK_LEDGER", "ledger.db")
    drafted = (message("abcd1", "a", subject="新版本说明"), message("abxy2", "a"))
    with engine.open_ledger("ledger.db") as ledger:
        ledger.append([entry(fresh("蓝海"), planned(0, "a", drafted=drafted))])
    return Workplace(tmp_path)


def valid(document: str, schema: str) -> dict[str, list[dict[str, object]]]:
    """A document of a command, held to its schema."""
    found: dict[str, list[dict[str, object]]] = json.loads(document)
    jsonschema.validate(found, json.loads((data_folder("schemas") / schema).read_bytes()))
    return found


def test_what_is_shown_is_approved_delivered_and_listed(workplace: Workplace) -> None:
    shown = workplace.run("messages", "list", "--language", "zh")
    assert "草稿" in shown.stdout and "新版本说明" in shown.stdout and shown.exit_code == 0
    refused = workplace.run("messages", "approve", "abc")
    assert "secret words of abcd1" in refused.stdout and "--yes" in refused.stderr and refused.exit_code == 1
    assert workplace.run("messages", "approve", "abc", "--yes", "--by", "li").exit_code == 0
    rehearsal = workplace.run("deliver", "--now", NOW, "--dry-run")
    assert "may go" in rehearsal.stdout and not Path("outbox").exists()
    done = workplace.run("deliver", "--now", NOW, "--format", "json")
    assert done.exit_code == 0
    assert [each["result"] for each in valid(done.stdout, "deliveries.schema.json")["deliveries"]] == ["sent"]
    assert [each.name for each in Path("outbox").iterdir()] == ["abcd1.eml"]
    listed = workplace.run("messages", "list", "--state", "sent", "--format", "json")
    assert len(valid(listed.stdout, "messages.schema.json")["messages"]) == 1
    assert workplace.run("messages", "withdraw", "abcd1", "--why", "late", "--now", NOW).exit_code == 1


def test_a_shortened_id_that_fits_two_names_both(workplace: Workplace) -> None:
    found = workplace.run("messages", "show", "ab")
    assert found.exit_code == 2 and "abcd1" in found.stderr and "abxy2" in found.stderr


def test_what_is_in_doubt_is_listed_until_somebody_decides(workplace: Workplace) -> None:
    with engine.open_ledger("ledger.db") as ledger:
        state = ledger.states("handbook", ["蓝海"])["蓝海"]
        doubtful = (Sending(at=moment(), message="abcd1", attempt=1), InDoubt(at=moment(), message="abcd1"))
        ledger.append([entry(state, *doubtful)])
    told = workplace.run("deliver", "--now", NOW)
    assert told.exit_code == 1 and "playbook messages resolve abcd1 --sent" in told.stderr
    assert workplace.run("messages", "resolve", "abcd1", "--sent", "--now", NOW).exit_code == 0
    assert workplace.run("deliver", "--now", NOW).exit_code == 0
    assert workplace.run("messages", "resolve", "abcd1", "--again").exit_code == 1


def test_who_opted_out_gets_nothing_not_even_what_was_approved(workplace: Workplace) -> None:
    assert workplace.run("messages", "opt-out", "蓝海", "C-1", "all", "--by", "li").exit_code == 0
    workplace.run("messages", "approve", "--all", "note", "--yes")
    withdrawn = workplace.run("deliver", "--now", NOW)
    assert withdrawn.stdout.count("withdrawn") == 2 and not Path("outbox").exists()


def test_who_opts_out_is_a_contact_of_the_account_by_id_or_name(at: Workplace) -> None:
    """A name that nobody has would let the next message go: it is refused, and told."""
    twice = {"id": "C-3", "name": "陆建国", "role": "buyer"}
    at.accounts(account(), account("A-2", contacts=[*account()["contacts"], twice]))
    ledger = ("--ledger", "l.db", "--now", NOW)
    at.run("apply", "small", "--accounts", "accounts.jsonl", "--as-of", "2026-11-20", *ledger)
    for contact in ("陆建国", "C-1"):
        told = at.run("messages", "opt-out", "A-1", contact, "email", "--language", "en", *ledger)
        assert (told.exit_code, told.stdout) == (0, "陆建国 C-1 (A-1) wants no more of: email\n")
    for named, said in (
        (("A-1", "陆建"), "A-1 has no contact `陆建`: did you mean `陆建国`?"),
        (("A-9", "C-1"), "the ledger has no account `A-9`"),
        (("A-2", "陆建国"), "2 are called `陆建国`: say C-1 or C-3"),
    ):
        refused = at.run("messages", "opt-out", *named, "email", *ledger)
        assert refused.exit_code == 2 and said in refused.stderr
    with engine.open_ledger(at.folder / "l.db") as opened:
        assert {(each.account, each.contact) for each in opened.opt_outs()} == {("A-1", "C-1")}
