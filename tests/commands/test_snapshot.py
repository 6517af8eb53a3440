"""``playbook snapshot``: tables become accounts that `plan` takes, and what was left out is said."""

import json

from jsonschema import Draft202012Validator

from engine.snapshots.schema import sources_schema
from tests.commands.workplace import Workplace

MAPPING = """\
mapping: 1
timezone: Asia/Shanghai
currency: CNY
tables:
  customers: {file: customers.csv, account: id}
  orders: {file: orders.csv, account: customer, recorded_at: booked}
account:
  table: customers
  record:
    name: name
    relationship: {started_on: since}
    profile: {industry: industry}
  undated: [profile.industry]
collections:
  purchases:
    table: orders
    id: number
    record: {on: day, amount: amount}
"""
CUSTOMERS = "id,name,since,industry\nA-1,蓝海科技,2026-01-05,retail\nA-2,Late Ltd,2027-03-01,retail\n"
ORDERS = "number,customer,day,amount,booked\n1,A-1,2026-11-01,12.50,2026-11-01\n2,A-1,2026-11-02,5,2026-12-24\n"
AS_OF = ("--as-of", "2026-11-20")


def tables(at: Workplace, orders: str = ORDERS) -> None:
    at.write("data/mapping.yaml", MAPPING)
    at.write("data/customers.csv", CUSTOMERS)
    at.write("data/orders.csv", orders)


def test_every_account_is_a_line_and_what_came_later_is_left_out(at: Workplace) -> None:
    tables(at)
    answer = at.run("snapshot", "data/mapping.yaml", *AS_OF, "-o", "made.jsonl")
    assert (answer.exit_code, answer.stdout) == (0, "")
    (made,) = [json.loads(line) for line in (at.folder / "made.jsonl").read_text().splitlines()]
    assert (made["id"], made["name"], made["as_of"]) == ("A-1", "蓝海科技", "2026-11-20T15:59:59Z")
    assert made["purchases"] == [{"amount": "12.5 CNY", "id": "1", "on": "2026-11-01"}]
    assert "1 snapshot · 1 account not signed up yet · 1 row recorded later left out" in answer.stderr
    assert "not known as of that day: account.profile.industry" in answer.stderr


def test_without_a_file_the_lines_go_to_stdout_and_into_a_plan(at: Workplace) -> None:
    tables(at)
    made = at.run("snapshot", "data/mapping.yaml", *AS_OF, "--quiet")
    assert made.stderr == ""
    planned = at.run("plan", "small", "--accounts", "-", *AS_OF, "--format", "json", stdin=made.stdout.encode())
    assert [each["account"]["id"] for each in json.loads(planned.stdout)] == ["A-1"]


def test_tables_may_lie_elsewhere_than_the_mapping(at: Workplace) -> None:
    tables(at)
    (at.folder / "data/mapping.yaml").rename(at.folder / "mapping.yaml")
    assert at.run("snapshot", "mapping.yaml", *AS_OF).exit_code == 2
    assert at.run("snapshot", "mapping.yaml", *AS_OF, "--data", "data").exit_code == 0


def test_an_account_with_a_bad_cell_is_named_and_the_exit_code_says_so(at: Workplace) -> None:
    tables(at, ORDERS + "3,A-1,2026-11-03,much,2026-11-03\n")
    answer = at.run("snapshot", "data/mapping.yaml", *AS_OF, "-o", "made.jsonl")
    assert answer.exit_code == 3
    assert "data/orders.csv:4: error PB802 [A-1]" in answer.stderr
    assert (at.folder / "made.jsonl").read_text() == ""


def test_a_missing_table_leaves_what_was_there(at: Workplace) -> None:
    tables(at)
    at.write("made.jsonl", "before\n")
    (at.folder / "data/orders.csv").unlink()
    answer = at.run("snapshot", "data/mapping.yaml", *AS_OF, "-o", "made.jsonl")
    assert answer.exit_code == 2
    assert "data/orders.csv" in answer.stderr
    assert (at.folder / "made.jsonl").read_text() == "before\n"


def test_the_day_of_the_tables_makes_undated_fields_known(at: Workplace) -> None:
    tables(at)
    answer = at.run("snapshot", "data/mapping.yaml", *AS_OF, "--state-of", "2026-11-20")
    assert json.loads(answer.stdout)["profile"] == {"industry": "retail"}
    assert "profile" not in json.loads(
        at.run("snapshot", "data/mapping.yaml", *AS_OF, "--state-of", "2026-11-21").stdout
    )
    assert at.run("snapshot", "data/mapping.yaml", *AS_OF, "--state-of", "today").exit_code == 2


def test_what_only_looks_odd_in_a_mapping_is_said_and_does_not_stop_it(at: Workplace) -> None:
    tables(at)
    at.write("data/mapping.yaml", MAPPING.replace("Asia/Shanghai", "Asia/Shanghai\ntitle: Customers #1"))
    answer = at.run("snapshot", "data/mapping.yaml", *AS_OF)
    assert answer.exit_code == 0
    assert "data/mapping.yaml:3:17: warning PB011" in answer.stderr


def test_every_record_can_be_followed_to_its_row(at: Workplace) -> None:
    tables(at, ORDERS + "7,A-1,2026-11-03,8,2026-11-03\n")
    answer = at.run("snapshot", "data/mapping.yaml", *AS_OF, "-o", "made.jsonl", "--sources", "sources.ndjson")
    assert answer.exit_code == 0
    found = [json.loads(line) for line in (at.folder / "sources.ndjson").read_text().splitlines()]
    assert [(each["account"], each["collection"], each["id"], each["file"], each["row"]) for each in found] == [
        ("A-1", None, "A-1", "data/customers.csv", 2),
        ("A-1", "purchases", "1", "data/orders.csv", 2),
        ("A-1", "purchases", "7", "data/orders.csv", 4),
    ]
    assert found[1]["columns"] == {"on": "day", "amount": "amount"}
    validator = Draft202012Validator(sources_schema())
    assert [error.message for each in found for error in validator.iter_errors(each)] == []
