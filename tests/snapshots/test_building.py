"""Tables become the accounts as they were known on a day; what can't be read fails its account and no other."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from engine.foundation.problems import Problem
from engine.foundation.quantities import Money, Number
from engine.snapshots.building import build_snapshots
from engine.snapshots.canonical import canonical_snapshot
from engine.snapshots.mapping import read_mapping
from engine.snapshots.model import AccountSnapshot, Coverage
from engine.snapshots.reading import decode_snapshot
from tests.snapshots.companies import HEAD, Company, with_collection

CUSTOMERS = "id,name\nA-2,Beta\nA-1,Acme\n"
ONE = "id,name\nA-1,Acme\n"


def test_accounts_come_by_id_with_their_moment(tmp_path: Path):
    found = Company(tmp_path, HEAD, customers=CUSTOMERS).build("2026-06-30")
    assert [each.id for each in found if isinstance(each, AccountSnapshot)] == ["A-1", "A-2"]
    assert {each.as_of for each in found if isinstance(each, AccountSnapshot)} == {
        datetime(2026, 6, 30, 23, 59, 59, tzinfo=UTC)
    }


def test_every_part_of_the_account_can_be_mapped(tmp_path: Path):
    mapping = """
        mapping: 1
        timezone: Asia/Shanghai
        currency: CNY
        tables: {customers: {file: customers.csv, account: no}}
        account:
          table: customers
          record:
            name: name
            language: {constant: zh}
            profile: {industry: branch, employees: {column: staff, thousands: ","}}
            relationship: {started_on: {column: since, format: "%Y/%m/%d"}}
            owners: {csm: keeper, lead: boss}
            fields:
              budget: {column: budget, type: money}
              growth: {column: growth, type: percent, unit: fraction}
              tags: {column: tags, type: texts}
              seen: {column: seen, type: instant}
              vip: {column: vip, type: truth, values: {是: true, 否: false}}
        """
    table = (
        "no,name,branch,staff,since,keeper,boss,budget,growth,tags,seen,vip\n"
        'A-1,华信,,"1,200",2023/02/01,li.wei,,5000.50,0.125,a;b,2026-01-05 09:00,是\n'
    )
    found = Company(tmp_path, mapping, customers=table).one("2026-06-30")
    assert (found.name, found.language) == ("华信", "zh")
    assert (found.profile.industry, found.profile.employees) == (None, Number(1_200_000_000))
    assert found.profile.region is UNSET
    assert found.relationship.started_on == date(2023, 2, 1)
    assert found.owners == {"csm": "li.wei"}
    line = canonical_snapshot(found).decode()
    assert (
        '"fields":{"budget":"5000.5 CNY","growth":12.5,"seen":"2026-01-05T01:00:00Z","tags":["a","b"],"vip":true}'
        in line
    )
    assert decode_snapshot(line.encode(), "a", 1) == found


def test_a_mapped_table_without_rows_is_known_to_be_empty(tmp_path: Path):
    mapping = with_collection("tickets", "{title: title, status: status}")
    found = Company(tmp_path, mapping, customers=ONE, rows="id,customer,title,status\n").one("2026-06-30")
    assert found.tickets == ()
    assert found.purchases is UNSET


def test_an_empty_cell_is_none_and_an_unmapped_field_absent(tmp_path: Path):
    mapping = with_collection("tickets", "{title: title, status: {column: status, empty: open}}")
    found = Company(tmp_path, mapping, customers=ONE, rows="id,customer,title,status\nT-1,A-1,,\n").one("2026-06-30")
    assert found.tickets
    (ticket,) = found.tickets
    assert (ticket.title, ticket.status, ticket.priority) == (None, "open", UNSET)


def test_a_row_dated_later_is_not_there_yet(tmp_path: Path):
    mapping = with_collection("surveys", "{on: on, score: score}", {"coverage": "{from: 2026-01-01}"})
    rows = "id,customer,on,score\nS-2,A-1,2026-07-01,unreadable\nS-1,A-1,2026-06-30,80\nS-3,A-1,,70\n"
    company = Company(tmp_path, mapping, customers=ONE, rows=rows)
    found = company.one("2026-06-30")
    assert [each.id for each in found.surveys or ()] == ["S-1", "S-3"]
    assert found.coverage == {"surveys": Coverage(from_=date(2026, 1, 1), to=date(2026, 6, 30))}
    assert company.one("2025-12-31").coverage == {}
    (failed,) = company.build("2026-07-01")
    assert isinstance(failed, Problem)


def test_an_instant_is_there_from_its_second_on(tmp_path: Path):
    mapping = with_collection("tickets", "{opened_at: at}")
    company = Company(tmp_path, mapping, customers=ONE, rows="id,customer,at\nT-1,A-1,2026-06-30 12:00\n")
    assert company.one(datetime(2026, 6, 30, 11, 59, 59, tzinfo=UTC)).tickets == ()
    assert len(company.one(datetime(2026, 6, 30, 12, tzinfo=UTC)).tickets or ()) == 1


def test_the_day_is_that_of_the_mapping_zone(tmp_path: Path):
    mapping = with_collection("surveys", "{on: on}").replace("UTC", "Asia/Shanghai")
    company = Company(tmp_path, mapping, customers=ONE, rows="id,customer,on\nS-1,A-1,2026-07-01\n")
    assert company.one(datetime(2026, 6, 30, 15, 59, tzinfo=UTC)).surveys == ()
    assert len(company.one(datetime(2026, 6, 30, 16, 0, tzinfo=UTC)).surveys or ()) == 1


def test_an_account_that_had_not_signed_up_is_left_out_and_counted(tmp_path: Path):
    mapping = HEAD.replace("{name: name}", "{name: name, relationship: {started_on: since}}")
    table = "id,name,since\nA-1,Acme,2026-06-30\nA-2,Beta,2026-07-01\nA-3,Gamma,\n"
    build = Company(tmp_path, mapping, customers=table).start("2026-06-30")
    assert [each.id for each in build if isinstance(each, AccountSnapshot)] == ["A-1", "A-3"]
    assert (build.summary.built, build.summary.not_yet, build.summary.failed) == (2, 1, 0)


def test_what_came_later_reads_as_it_did_before(tmp_path: Path):
    record = (
        "{on: {column: done, known_from: done}, kind: kind, score: {column: score, known_from: done},"
        " csat: {column: csat, known_from: {column: rated}}}"
    )
    mapping = with_collection("surveys", record)
    rows = "id,customer,kind,done,score,rated,csat\nS-1,A-1,overall,2026-06-15,80,2026-06-20,90\n"
    company = Company(tmp_path, mapping, customers=ONE, rows=rows)

    def survey(day: str) -> tuple[object, ...]:
        (found,) = company.one(day).surveys or ()
        return found.on, found.score, found.csat

    assert survey("2026-06-14") == (None, None, None)
    assert survey("2026-06-15") == (date(2026, 6, 15), Number(80_000_000), None)
    assert survey("2026-06-20") == (date(2026, 6, 15), Number(80_000_000), Number(90_000_000))


def test_before_it_is_known_a_cell_may_mean_something(tmp_path: Path):
    record = "{status: {column: ended, known_from: ended, empty: active, otherwise: ended}}"
    mapping = with_collection("contracts", record)
    rows = "id,customer,ended\nC-1,A-1,2026-06-15\nC-2,A-1,\n"
    company = Company(tmp_path, mapping, customers=ONE, rows=rows)
    assert [each.status for each in company.one("2026-06-14").contracts or ()] == ["active", "active"]
    assert [each.status for each in company.one("2026-06-15").contracts or ()] == ["ended", "active"]


def test_todays_state_is_unknown_before_its_day(tmp_path: Path):
    mapping = HEAD.replace("{name: name}", "{name: name, profile: {plan: plan}}\n  undated: [profile.plan]")
    company = Company(tmp_path, mapping, customers="id,name,plan\nA-1,Acme,Pro\n")
    build = company.start("2026-06-30")
    (unknown,) = build
    assert isinstance(unknown, AccountSnapshot)
    assert unknown.profile.plan is UNSET
    assert build.summary.absent == ("account.profile.plan",)
    assert company.one("2026-06-30", state_of=date(2026, 7, 1)).profile.plan is UNSET
    assert company.one("2026-06-30", state_of=date(2026, 6, 30)).profile.plan == "Pro"
    dated = Company(tmp_path, mapping + "state_of: 2026-06-15\n", customers="id,name,plan\nA-1,Acme,Pro\n")
    assert dated.one("2026-06-14").profile.plan is UNSET
    assert dated.one("2026-06-15").profile.plan == "Pro"


def test_an_undated_field_is_absent_until_it_is_known(tmp_path: Path):
    record = "{escalated: {column: escalated, known_from: closed}}"
    mapping = with_collection("tickets", record, {"undated": "[escalated]"})
    company = Company(tmp_path, mapping, customers=ONE, rows="id,customer,escalated,closed\nT-1,A-1,TRUE,2026-06-15\n")
    assert [each.escalated for each in company.one("2026-06-14").tickets or ()] == [UNSET]
    assert [each.escalated for each in company.one("2026-06-15").tickets or ()] == [True]


@pytest.mark.parametrize(
    ("account", "told"),
    [
        ("a-I", "such as `a-I`\n    hint: did you mean `A-1`?"),
        ("A-3", "such as `A-3`\n    hint: is `customer` the column that names the account?"),
        ("", "the first as its column `customer` is empty\n    hint: fill the cell, or clear the whole row"),
    ],
)
def test_a_row_of_no_account_is_told_with_what_was_meant(tmp_path: Path, account: str, told: str):
    mapping = with_collection("tickets", "{title: title}")
    build = Company(tmp_path, mapping, customers=ONE, rows=f"id,customer,title\nT-1,{account},x\n").start("2026-06-30")
    assert [str(each).endswith(told) for each in build.summary.warnings] == [True]


def test_only_wanted_rows_become_records(tmp_path: Path):
    rest = {"where": "{kind: [call, visit]}", "only_with": "[on]"}
    mapping = with_collection("interactions", "{on: on, kind: kind}", rest)
    rows = (
        "id,customer,on,kind\nI-1,A-1,2026-01-05,call\nI-2,A-1,2026-01-05,mail\nI-3,A-1,,visit\nI-4,A-1,2026-01-05,\n"
    )
    found = Company(tmp_path, mapping, customers=ONE, rows=rows).one("2026-06-30")
    assert [each.id for each in found.interactions or ()] == ["I-1"]


TOTALS = "id,name,since\nA-1,Acme,2026-01-05\nTotal,,1 of 3\nData as of June,,\n"


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ("{name: name, profile: {plan: since}}", "the account `Total` has no name, as has 1 more"),
        ("{profile: {plan: since}}", "the account `Data as of June` has nothing else that the mapping reads"),
        ("{name: id, profile: {plan: since}}", "the account `Data as of June` has nothing else that the mapping reads"),
        ("{profile: {plan: {constant: Pro}}}", None),
        ("{name: {column: name, empty: Nobody}, profile: {plan: id}}", None),
    ],
)
def test_totals_and_notes_are_told_where_they_become_accounts(tmp_path: Path, record: str, told: str | None):
    build = Company(tmp_path, HEAD.replace("{name: name}", record), customers=TOTALS).start("2026-06-30")
    assert len(list(build)) == 3
    assert [told is not None and told in each.message for each in build.summary.warnings] == [True] * (told is not None)


def test_a_row_that_is_left_out_is_no_account_and_not_read_any_further(tmp_path: Path):
    mapping = HEAD.replace("{name: name}", "{name: name, profile: {employees: since}}\n  only_with: [name]")
    customers = "id,name,since\nA-1,Acme,3\nTotal,,1 of 3\nData as of June,,\n"
    build = Company(tmp_path, mapping, customers=customers).start("2026-06-30")
    assert [found.id for found in build if isinstance(found, AccountSnapshot)] == ["A-1"]
    assert (build.summary.left_out, build.summary.failed, build.summary.warnings) == (2, 0, ())


def test_records_of_an_account_that_is_left_out_are_left_out_with_it(tmp_path: Path):
    mapping = with_collection("tickets", "{opened_at: opened}").replace(
        "collections:", "  where: {name: [Acme]}\ncollections:"
    )
    rows = "id,customer,opened\nT-1,A-1,2026-01-05\nT-2,A-2,never\n"
    build = Company(tmp_path, mapping, customers=CUSTOMERS, rows=rows).start("2026-06-30")
    assert [(found.id, len(found.tickets or ())) for found in build if isinstance(found, AccountSnapshot)] == [
        ("A-1", 1)
    ]
    assert (build.summary.left_out, build.summary.failed, build.summary.warnings) == (1, 0, ())


THROUGH = """\
mapping: 1
timezone: UTC
tables:
  customers: {file: customers.csv, account: id}
  baskets: {file: baskets.csv, account: customer, recorded_at: opened}
  lines: {file: lines.csv, account: {column: basket, through: baskets, key: no}}
account:
  table: customers
  record: {name: name}
collections:
  purchases:
    table: lines
    id: {columns: [basket, line]}
    record: {on: on}
"""


def test_rows_find_their_account_through_another_table(tmp_path: Path):
    baskets = "no,customer,opened\nB-1,A-1,2026-01-01\nB-2,A-2,2026-01-01\nB-3,A-1,2026-06-01\nB-4,A-9,2026-01-01\n"
    lines = "basket,line,on\nB-1,1,2026-01-02\nB-2,1,2026-01-02\nB-3,1,2026-01-02\nB-4,1,2026-01-02\nB-5,1,2026-01-02\n"
    company = Company(tmp_path, THROUGH, customers=CUSTOMERS, baskets=baskets, lines=lines)

    build = company.start("2026-05-31")
    counts = [len(each.purchases or ()) for each in build if isinstance(each, AccountSnapshot)]
    assert counts == [1, 1], "the basket opened in June was nobody's in May"
    assert build.summary.later_rows == 2
    told = [str(each).replace(f"{tmp_path}/", "") for each in build.summary.warnings]
    assert told == [
        "baskets.csv:5: warning PB805: 1 row left out, as the table of the accounts does not have their `customer`, "
        "such as `A-9`\n    hint: is `customer` the column that names the account?",
        "lines.csv:5: warning PB805: 2 rows left out, as table `baskets` does not have their `basket`, such as `B-4`"
        "\n    hint: is `basket` the column that names the account?",
    ]
    assert [len(each.purchases or ()) for each in company.build("2026-06-01") if isinstance(each, AccountSnapshot)] == [
        2,
        1,
    ]


def test_made_ids_are_stable_and_different(tmp_path: Path):
    tables = {"baskets": "no,customer,opened\nB-1,A-1,2026-01-01\n", "customers": ONE}
    one = Company(tmp_path, THROUGH, lines="basket,line,on\nB-1,1,2026-01-02\nB-1,2,2026-01-02\n", **tables).one(
        "2026-06-30"
    )
    other = Company(tmp_path, THROUGH, lines="basket,line,on\nB-1,2,2026-01-03\nB-1,1,2026-01-03\n", **tables).one(
        "2026-06-30"
    )
    ids = [each.id for each in one.purchases or ()]
    assert len(set(ids)) == 2
    assert ids == [each.id for each in other.purchases or ()]


def test_a_key_of_two_accounts_gives_neither_the_others_rows(tmp_path: Path):
    baskets = "no,customer,opened\nB-1,A-1,2026-01-01\nB-1,A-2,2026-01-01\n"
    company = Company(tmp_path, THROUGH, customers=CUSTOMERS + "A-3,Gamma\n", baskets=baskets, lines="basket,line,on\n")
    found = company.build("2026-06-30")
    assert [each.code if isinstance(each, Problem) else each.id for each in found] == ["PB703", "PB703", "A-3"]


@pytest.mark.parametrize(
    ("rule", "scores"), [("first", [80]), ("last", [90]), ("error", "PB703"), ("identical", "PB703")]
)
def test_which_of_several_rows_with_one_id_counts(tmp_path: Path, rule: str, scores: object):
    mapping = with_collection("surveys", "{on: on, score: score}", {"duplicates": rule})
    rows = "id,customer,on,score\nS-1,A-1,2026-01-05,80\nS-1,A-1,2026-01-05,90\nS-1,A-1,2026-12-05,70\n"
    (found,) = Company(tmp_path, mapping, customers=ONE, rows=rows).build("2026-06-30")
    if isinstance(found, Problem):
        assert (found.code, found.line, found.account) == (scores, 3, "A-1")
    else:
        assert [each.score for each in found.surveys or ()] == [Number(s * 10**6) for s in scores]  # type: ignore[attr-defined]


def test_identical_rows_count_once_if_the_mapping_says_so(tmp_path: Path):
    mapping = with_collection("surveys", "{score: score}", {"duplicates": "identical"})
    rows = "id,customer,score,note\nS-1,A-1,80,x\nS-1,A-1,80.0,y\n"
    assert len(Company(tmp_path, mapping, customers=ONE, rows=rows).one("2026-06-30").surveys or ()) == 1


def test_the_same_id_at_two_accounts_is_two_records(tmp_path: Path):
    mapping = with_collection("surveys", "{score: score}")
    rows = "id,customer,score\nS-1,A-1,80\nS-1,A-2,90\n"
    found = Company(tmp_path, mapping, customers=CUSTOMERS, rows=rows).build("2026-06-30")
    assert [len(each.surveys or ()) for each in found if isinstance(each, AccountSnapshot)] == [1, 1]


def test_an_unreadable_cell_fails_its_account_and_no_other(tmp_path: Path):
    mapping = with_collection("contracts", "{amount: sum, signed_on: day}", {}).replace("UTC", "UTC\ncurrency: CNY")
    rows = 'id,customer,sum,day\nC-1,A-1,"1,200",2026-01-05\nC-2,A-1,12,soon\nC-3,A-2,7,2026-01-05\n'
    company = Company(tmp_path, mapping, customers=CUSTOMERS, rows=rows)
    assert company.told() == [
        "rows.csv:2: error PB802 [A-1]: column `sum`: expected a number such as `1234.5`, found `1,200` "
        "(and 1 more in this account)\n"
        '    hint: if the comma parts thousands, the mapping says so: `thousands: ","`'
    ]
    (good,) = [each for each in company.build("2026-06-30") if isinstance(each, AccountSnapshot)]
    assert [each.amount for each in good.contracts or ()] == [Money(700, "CNY")]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("id,customer,title\n,A-1,x\n", "rows.csv:2: error PB802 [A-1]: column `id`: expected an id of 1 to 200"),
        ("id,customer,title\nT-1,A-1\n", "rows.csv:2: error PB802 [A-1]: the row has 2 cells, and the table 3 columns"),
        ("id,customer,title\nT-1,A-1,a,b\n", "rows.csv:2: error PB802 [A-1]: the row has 4 cells"),
        (f"id,customer,title\nT-1,A-1,{'x' * 10_001}\n", "column `title`: expected at most 10,000 characters"),
    ],
)
def test_rows_that_can_only_be_mistakes_fail_their_account(tmp_path: Path, rows: str, words: str):
    company = Company(tmp_path, with_collection("tickets", "{title: title}"), customers=CUSTOMERS, rows=rows)
    (told,) = company.told()
    assert words in told


def test_texts_outside_the_listed_values_are_told(tmp_path: Path):
    mapping = with_collection("tickets", "{priority: {column: p, values: {H: high, L: low, '?': null}}}")
    rows = "id,customer,p\nT-1,A-1,H\nT-2,A-1,?\nT-3,A-2,M\n"
    company = Company(tmp_path, mapping, customers=CUSTOMERS, rows=rows)
    assert company.told() == [
        "rows.csv:4: error PB802 [A-2]: column `p`: expected one of `H`, `L`, `?`, found `M`",
    ]
    (good,) = [each for each in company.build("2026-06-30") if isinstance(each, AccountSnapshot)]
    assert [each.priority for each in good.tickets or ()] == ["high", None]


def test_values_may_be_figures_and_truths(tmp_path: Path):
    record = (
        "{escalated: {column: e, values: {1: true, 0: false}, otherwise: false},"
        " satisfaction: {column: s, values: {A: 95.5, B: 70}}}"
    )
    rows = "id,customer,e,s\nT-1,A-1,1,A\nT-2,A-1,x,B\n"
    found = Company(tmp_path, with_collection("tickets", record), customers=ONE, rows=rows).one("2026-06-30")
    assert [(each.escalated, each.satisfaction) for each in found.tickets or ()] == [
        (True, Number(95_500_000)),
        (False, Number(70_000_000)),
    ]


@pytest.mark.parametrize("name", ["{name: name}", f"{{name: {{constant: {'x' * 1_001}}}}}"])
def test_names_and_ids_too_long_for_an_account_are_told(tmp_path: Path, name: str):
    table = f"id,name\nA-1,{'x' * 1_001}\n{'i' * 201},Beta\n"
    told = Company(tmp_path, HEAD.replace("{name: name}", name), customers=table).told()
    assert "expected at most 1,000 characters" in told[0]
    assert "column `id`: expected an id of at most 200 characters" in told[1]


def test_an_unreadable_recorded_at_fails_the_account(tmp_path: Path):
    mapping = with_collection("tickets", "{title: title}").replace(
        "rows.csv, account: customer", "rows.csv, account: customer, recorded_at: at"
    )
    rows = "id,customer,title,at\nT-1,A-1,x,yesterday\nT-2,A-9,x,yesterday\nT-3,A-2,x,2026-01-05\n"
    company = Company(tmp_path, mapping, customers=CUSTOMERS, rows=rows)
    build = company.start("2026-06-30")
    assert [each.code if isinstance(each, Problem) else each.id for each in build] == ["PB802", "A-2"]
    assert [each.code for each in build.summary.warnings] == ["PB805"]


def test_order_of_rows_and_tables_does_not_change_a_byte(tmp_path: Path):
    mapping = with_collection("surveys", "{on: on, score: score}")
    rows = ["S-1,A-1,2026-01-05,80", "S-2,A-2,2026-01-05,70", "S-3,A-1,2026-02-05,60"]
    lines = []
    for order in (rows, rows[::-1]):
        company = Company(tmp_path, mapping, customers=CUSTOMERS, rows="\n".join(["id,customer,on,score", *order]))
        found = company.build("2026-06-30")
        lines.append([canonical_snapshot(each) for each in found if isinstance(each, AccountSnapshot)])
    assert lines[0] == lines[1]


def test_a_moment_without_offset_is_refused(tmp_path: Path):
    Company(tmp_path, HEAD, customers=ONE)
    with pytest.raises(ValueError, match="as_of needs an offset"):
        build_snapshots(read_mapping(tmp_path / "mapping.yaml"), tmp_path, datetime(2026, 6, 30))  # noqa: DTZ001


# -- the law, on generated tables (test_ravenstack has it on real-looking ones) -------------------------

LAW = with_collection(
    "tickets",
    "{opened_at: opened, status: {column: closed, known_from: closed, empty: open, otherwise: closed},"
    " satisfaction: {column: score, known_from: closed}, escalated: {column: flag, known_from: closed},"
    " fields: {mood: mood}}",
    {"undated": "[escalated, fields.mood]"},
).replace("rows.csv, account: customer", "rows.csv, account: customer, recorded_at: recorded")
TODAY = date(2026, 6, 30)

days = st.dates(date(2026, 6, 20), date(2026, 7, 10))
rows = st.fixed_dictionaries(
    {
        "customer": st.sampled_from(["A-1", "A-2"]),
        "recorded": days,
        "opened": days,
        "closed": st.none() | days,
        "score": st.integers(1, 100),
        "flag": st.sampled_from(["TRUE", "FALSE"]),
        "mood": st.sampled_from(["good", "bad"]),
    }
)


def later_otherwise(row: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """``row`` with all that was not known by TODAY as in ``other``, moved behind TODAY."""
    unknown = {"mood": other["mood"]}
    if row["closed"] is None or row["closed"] > TODAY:
        closed = other["closed"] and max(other["closed"], TODAY + timedelta(days=1))
        unknown |= {"closed": closed, "score": "no figure", "flag": "neither"}
    if row["recorded"] > TODAY:
        return {**other, "recorded": max(other["recorded"], TODAY + timedelta(days=1)), "opened": "some day"}
    if row["opened"] > TODAY:
        return {**other, **unknown, "recorded": row["recorded"], "opened": max(other["opened"], TODAY + timedelta(1))}
    return row | unknown


@given(st.lists(st.tuples(rows, rows), max_size=5))
def test_what_became_known_later_does_not_change_a_byte(pairs: list[tuple[dict[str, Any], dict[str, Any]]]):
    with TemporaryDirectory() as folder:
        company = Company(Path(folder), LAW, customers=CUSTOMERS)
        mapping = read_mapping(company.folder / "mapping.yaml")

        def lines(found: list[dict[str, Any]]) -> list[bytes]:
            columns = ["customer", "recorded", "opened", "closed", "score", "flag", "mood"]
            table = [
                f"T-{number},{','.join(str(row[name] or '') for name in columns)}" for number, row in enumerate(found)
            ]
            (company.folder / "rows.csv").write_text("\n".join([f"id,{','.join(columns)}", *table]), "utf-8")
            built = list(build_snapshots(mapping, company.folder, datetime(2026, 6, 30, 23, 59, 59, tzinfo=UTC)))
            assert not [each for each in built if isinstance(each, Problem)], built
            return [canonical_snapshot(each) for each in built if isinstance(each, AccountSnapshot)]

        assert lines([later_otherwise(*pair) for pair in pairs]) == lines([row for row, _ in pairs])
