"""The same data means the same wherever it is kept: people move from Excel to a database and back."""

import csv
import random
import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow
import pytest
from pyarrow import parquet

from engine.foundation.problems import Problem
from engine.snapshots.building import build_snapshots
from engine.snapshots.canonical import canonical_snapshot
from engine.snapshots.mapping import read_mapping
from engine.snapshots.model import AccountSnapshot

MAPPING = """\
mapping: 1
timezone: Asia/Shanghai
currency: CNY
dates: "%d/%m/%Y"
state_of: 2026-06-30
tables:
  customers: {CUSTOMERS, account: 编号}
  orders: {ORDERS, account: customer, recorded_at: booked}
  lines: {LINES, account: {column: order, through: orders, key: no}}
account:
  table: customers
  record:
    name: name
    profile: {industry: industry, employees: {column: staff, thousands: ".", decimal: ","}}
    relationship: {started_on: since}
    fields: {vip: {column: vip, type: truth}, share: {column: share, type: percent, decimal: ","}}
  undated: [profile.industry]
collections:
  contracts:
    table: orders
    id: no
    coverage: {from: 2026-01-01}
    duplicates: identical
    record:
      signed_on: booked
      status: {column: ended, known_from: ended, empty: active, otherwise: ended}
      ends_on: {column: ended, known_from: ended}
      amount: {column: amount, thousands: ".", decimal: ","}
  tickets:
    table: lines
    id: {columns: [order, line]}
    record:
      opened_at: {column: at, format: "%d/%m/%Y %H:%M:%S"}
      title: title
      satisfaction: {column: score, rescale: {from: [1, 5], to: [0, 100]}}
      resolution: {column: seconds, unit: seconds, thousands: ".", decimal: ","}
      escalated: {column: urgent, values: {"TRUE": true, "FALSE": false}}
"""

Rows = list[dict[str, Any]]
Data = dict[str, Rows]


class Percent(Decimal):
    """A share of a hundred, as a sheet formats it."""


def company(seed: int = 5) -> Data:
    """A made-up company; every kind of value, and none, in every column that may lack one."""
    dice = random.Random(seed)

    def perhaps(value: Any) -> Any:
        return value if dice.random() < 0.8 else None

    def day() -> date:
        return date(2026, 1, 1) + timedelta(days=dice.randrange(300))

    customers = [
        {
            "编号": 1000 + number, "name": f"客户 {number}", "industry": perhaps("零售"), "since": perhaps(day()),
            "staff": perhaps(dice.randrange(1, 90_000)), "vip": perhaps(dice.random() < 0.5),
            "share": perhaps(Percent(dice.randrange(1000)) / 10),
        }
        for number in range(25)
    ]  # fmt: skip
    orders = [
        {
            "no": f"O-{number // 2 if number < 10 else number}", "customer": 1000 + number // 2 % 27,
            "booked": day() if number >= 10 else date(2026, 2, 1 + number // 2),
            "ended": perhaps(day()) if number >= 10 else None,
            "amount": perhaps(Decimal(dice.randrange(10**9)) / 100) if number >= 10 else Decimal("19.9"),
        }
        for number in range(120)
    ]  # fmt: skip
    lines = [
        {
            "order": f"O-{dice.randrange(130)}", "line": number, "title": perhaps("问题, “急”\n第二行"),
            "at": perhaps(datetime(2026, 1, 1) + timedelta(seconds=dice.randrange(20_000_000))),  # noqa: DTZ001
            "score": perhaps(dice.choice([1, 2.5, 3, 4.1, 5])), "seconds": perhaps(dice.randrange(10**6)),
            "urgent": perhaps(dice.random() < 0.5),
        }
        for number in range(200)
    ]  # fmt: skip
    return {"customers": customers, "orders": orders, "lines": lines}


def as_text(value: Any) -> str:
    """What a program writes into a text file, in a country with decimal commas."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case datetime():
            return value.strftime("%d/%m/%Y %H:%M:%S")
        case date():
            return value.strftime("%d/%m/%Y")
        case Percent():
            return f"{value}%".replace(".", ",")
        case Decimal():
            return f"{value:,f}".translate(str.maketrans(",.", ".,"))
        case int() if value > 9999:
            return f"{value:,}".replace(",", ".")
        case _:
            return str(value)


def in_text_files(folder: Path, data: Data) -> str:
    for name, rows in data.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(rows[0])
            writer.writerows([as_text(value) for value in row.values()] for row in rows)
    return "file: {}.csv"


def in_a_workbook(folder: Path, data: Data) -> str:
    book = openpyxl.Workbook()
    book.active.title = "notes"  # type: ignore[union-attr]
    for name, rows in data.items():
        sheet = book.create_sheet(name)
        sheet.append(["made up", None, None, "for a test"])
        sheet.append([])
        sheet.append([*rows[0], None, "remarks"])
        for number, row in enumerate(rows, 4):
            for column, value in enumerate(row.values(), 1):
                share = isinstance(value, Percent)
                cell = sheet.cell(number, column, float(value / 100) if share else value)
                if share:
                    cell.number_format = "0.0%"
        sheet.cell(len(rows) + 10, 1, " ")
    book.save(folder / "book.xlsx")
    return "file: book.xlsx, sheet: {}, header: 3"


def in_parquet(folder: Path, data: Data) -> str:
    for name, rows in data.items():
        plain = [
            {key: f"{value}%".replace(".", ",") if isinstance(value, Percent) else value for key, value in row.items()}
            for row in rows
        ]
        parquet.write_table(pyarrow.Table.from_pylist(plain), folder / f"{name}.parquet")
    return "file: {}.parquet"


def in_sqlite(folder: Path, data: Data) -> str:
    """Which knows neither days nor truths: they are texts there, figures are floats."""
    database = sqlite3.connect(folder / "crm.db")
    for name, rows in data.items():
        columns = ", ".join(f'"{column}"' for column in rows[0])
        database.execute(f"CREATE TABLE {name} ({columns})")
        texts = (bool, date, Percent)
        values = [
            [as_text(v) if isinstance(v, texts) else float(v) if isinstance(v, Decimal) else v for v in row.values()]
            for row in rows
        ]
        database.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(rows[0]))})", values)
    database.commit()
    database.close()
    return "file: crm.db, table: {}"


def in_postgres(url: str, data: Data) -> str:
    import psycopg

    kinds = {bool: "boolean", datetime: "timestamp", date: "date", Decimal: "numeric", int: "int", float: "float8"}
    with psycopg.connect(url) as database:
        for name, rows in data.items():
            columns = []
            for column in rows[0]:
                known = {type(row[column]) for row in rows} - {type(None)}
                kind = kinds[max(known & kinds.keys(), key=list(kinds).index)] if known & kinds.keys() else "text"
                columns.append(f'"{column}" {kind}')
            database.execute(f"CREATE TABLE {name} ({', '.join(columns)})")  # type: ignore[arg-type]
            for row in rows:
                values = [as_text(value) if isinstance(value, Percent) else value for value in row.values()]
                database.execute(f"INSERT INTO {name} VALUES ({', '.join(['%s'] * len(row))})", values)  # type: ignore[arg-type]
    return "database: CRM_DATABASE, table: {}"


def built(folder: Path, source: str) -> list[bytes]:
    """The snapshots that the one mapping makes of the tables at ``source``."""
    text = MAPPING
    for name in ("customers", "orders", "lines"):
        text = text.replace(name.upper(), source.format(name))
    (folder / "mapping.yaml").write_text(text, encoding="utf-8")
    moment = datetime(2026, 6, 30, 15, 59, 59, tzinfo=UTC)
    build = build_snapshots(read_mapping(folder / "mapping.yaml"), folder, moment)
    found = list(build)
    assert [each for each in found if isinstance(each, Problem)] == []
    return [canonical_snapshot(each) for each in found if isinstance(each, AccountSnapshot)]


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """What the text files give, and that it is something."""
    folder = tmp_path_factory.mktemp("text")
    found = built(folder, in_text_files(folder, company()))
    text = b"\n".join(found)
    assert len(found) > 10
    assert all(word in text for word in (b'"share":', b'"escalated":true', b'"satisfaction":77.5', b'"ended"', b"O-4"))
    return found


@pytest.mark.parametrize("keep", [in_a_workbook, in_parquet, in_sqlite], ids=lambda keep: keep.__name__)
def test_the_same_data_gives_the_same_bytes(
    tmp_path: Path, expected: list[bytes], keep: Callable[[Path, Data], str]
) -> None:
    assert built(tmp_path, keep(tmp_path, company())) == expected


def test_postgres_gives_the_same_bytes(
    tmp_path: Path, expected: list[bytes], postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_DATABASE", postgres)
    assert built(tmp_path, in_postgres(postgres, company())) == expected
