"""The example mapping on real-looking data: five tables of a company by others, with all their faults."""

import csv
import json
import random
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest

from engine.foundation.problems import Problem
from engine.snapshots.building import SnapshotBuild, build_snapshots
from engine.snapshots.canonical import canonical_snapshot
from engine.snapshots.mapping import read_mapping
from engine.snapshots.model import AccountSnapshot
from engine.snapshots.reading import load_snapshots
from engine.snapshots.schema import snapshot_schema

MAPPING = Path(__file__).parent.parent.parent / "examples" / "ravenstack" / "mapping.yaml"
DAYS = [(date(2023, 12, 31), 227), (date(2024, 6, 30), 348), (date(2024, 12, 31), 500)]

Row = dict[str, str]


def end_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=UTC)


def build(folder: Path, day: date) -> SnapshotBuild:
    return build_snapshots(read_mapping(MAPPING), folder, end_of(day))


def lines(folder: Path, moment: datetime) -> list[bytes]:
    found = list(build_snapshots(read_mapping(MAPPING), folder, moment))
    assert not [each for each in found if isinstance(each, Problem)]
    return [canonical_snapshot(each) for each in found if isinstance(each, AccountSnapshot)]


@pytest.mark.parametrize(("day", "count"), DAYS)
def test_every_account_signed_up_by_the_day_becomes_a_snapshot(ravenstack: Path, day: date, count: int):
    started = build(ravenstack, day)
    found = list(started)
    assert len(found) == count
    assert all(isinstance(each, AccountSnapshot) for each in found)
    assert (started.summary.built, started.summary.not_yet, started.summary.failed) == (count, 500 - count, 0)
    assert started.summary.warnings == ()


def test_nothing_is_lost_on_the_last_day(ravenstack: Path):
    found = [each for each in build(ravenstack, DAYS[-1][0]) if isinstance(each, AccountSnapshot)]
    counts = {
        name: sum(len(getattr(each, name)) for each in found) for name in ("contracts", "usage", "tickets", "surveys")
    }
    assert counts == {"contracts": 5000, "usage": 25_000, "tickets": 2000, "surveys": 1175}


def test_what_is_written_is_read_back_and_holds_under_the_schema(ravenstack: Path, tmp_path: Path):
    found = lines(ravenstack, end_of(date(2023, 12, 31)))
    (tmp_path / "accounts.jsonl").write_bytes(b"\n".join(found))
    assert [canonical_snapshot(each) for each in load_snapshots(tmp_path / "accounts.jsonl")] == found
    validator = jsonschema.Draft202012Validator(snapshot_schema())
    for line in found[:50]:
        validator.validate(json.loads(line))


def test_one_account_against_its_rows(ravenstack: Path):
    """T-dfce9a of A-4c56c9, opened on 2024-09-08 and closed on the 9th at 23:00 with 5 of 5."""

    def ticket(moment: datetime) -> tuple[object, ...]:
        accounts = build_snapshots(read_mapping(MAPPING), ravenstack, moment)
        (account,) = [each for each in accounts if isinstance(each, AccountSnapshot) and each.id == "A-4c56c9"]
        (found,) = [each for each in account.tickets or () if each.id == "T-dfce9a"]
        surveys = [each.score for each in account.surveys or () if each.id == "T-dfce9a"]
        return found.status, found.closed_at, found.satisfaction, found.resolution, surveys

    closed = datetime(2024, 9, 9, 23, 0, tzinfo=UTC)
    assert ticket(closed - timedelta(seconds=1)) == ("open", None, None, None, [])
    assert ticket(closed) == ("closed", closed, 100 * 10**6, 47 * 10**6, [100 * 10**6])


# -- the law: nothing that became known only later may show --------------------------------------------


class Rewriting:
    """A copy of the tables in which everything that was not known by the moment says something else."""

    def __init__(self, source: Path, target: Path, moment: datetime) -> None:
        self.source, self.target, self.moment = source, target, moment
        self.random = random.Random(7)
        self.changed = 0

    def later(self, text: str) -> bool:
        return bool(text) and datetime.strptime(text, "%d-%m-%Y").date() > self.moment.date()  # noqa: DTZ007 - in UTC

    def closed_later(self, text: str) -> bool:
        return bool(text) and datetime.strptime(f"{text} +0000", "%d-%m-%Y %H:%M %z") > self.moment

    def another_later(self, form: str = "%d-%m-%Y") -> str:
        return (datetime(2024, 12, 31, 9) + timedelta(days=self.random.randint(1, 900))).strftime(form)  # noqa: DTZ001

    def flip(self, row: Row, *columns: str) -> None:
        for column in columns:
            row[column] = {"TRUE": "FALSE", "FALSE": "TRUE"}[row[column]]
            self.changed += 1

    def replace(self, row: Row, **cells: str) -> None:
        row.update(cells)
        self.changed += len(cells)

    def table(self, name: str, rewrite: Callable[[Row], bool]) -> None:
        """Writes the table anew with its rows rewritten, without those for which ``rewrite`` is false."""
        with (self.source / name).open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        kept = [row for row in rows if rewrite(row)]
        with (self.target / name).open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(kept)

    def account(self, row: Row) -> bool:
        self.flip(row, "churn_flag", "is_trial")
        self.replace(row, plan_tier=self.random.choice(["Gold", "Basic", ""]), seats=str(self.random.randint(1, 999)))
        if self.later(row["signup_date"]):
            self.replace(row, account_name="Other", industry="x", country="y", signup_date=self.another_later())
        return True

    def subscription(self, row: Row) -> bool:
        self.flip(row, "churn_flag", "upgrade_flag", "downgrade_flag", "auto_renew_flag")
        if self.later(row["end_date"]) or not row["end_date"]:
            self.replace(row, end_date=self.random.choice(["", self.another_later()]))
        if self.later(row["start_date"]):
            other = {
                "subscription_id": f"S-{self.random.random()}",
                "account_id": "A-2e4581",
                "mrr_amount": "no figure",
            }
            self.replace(row, start_date=self.another_later(), end_date="", **other)
            return self.random.random() < 0.5
        return True

    def usage(self, row: Row) -> bool:
        if self.later(row["usage_date"]):
            self.replace(row, usage_date=self.another_later(), usage_count="many", usage_duration_secs="long")
            return self.random.random() < 0.5
        return True

    def ticket(self, row: Row) -> bool:
        form = "%d-%m-%Y %H:%M"
        if self.closed_later(row["closed_at"]):
            self.flip(row, "escalation_flag")
            self.replace(
                row, closed_at=self.random.choice(["", self.another_later(form)]), resolution_time_hours="long"
            )
            self.replace(row, satisfaction_score=self.random.choice(["", "1", "9"]), first_response_time_minutes="?")
        if self.later(row["submitted_at"]):
            self.replace(row, submitted_at=self.another_later(), priority="other", account_id="A-2e4581")
        return True


@pytest.mark.parametrize("moment", [end_of(date(2023, 12, 31)), datetime(2024, 6, 30, 12, tzinfo=UTC)], ids=str)
def test_what_became_known_later_does_not_change_a_byte(ravenstack: Path, tmp_path: Path, moment: datetime):
    rewriting = Rewriting(ravenstack, tmp_path, moment)
    rewriting.table("accounts.csv", rewriting.account)
    rewriting.table("subscriptions.csv", rewriting.subscription)
    rewriting.table("feature_usage.csv", rewriting.usage)
    rewriting.table("supports_ticket.csv", rewriting.ticket)
    assert rewriting.changed > 20_000
    assert lines(tmp_path, moment) == lines(ravenstack, moment)


def test_what_was_known_does_show(ravenstack: Path, tmp_path: Path):
    """The law above would also hold for snapshots without data."""
    moment = end_of(date(2023, 12, 31))
    shutil.copytree(ravenstack, tmp_path, dirs_exist_ok=True)
    before = lines(tmp_path, moment)
    for name, old, new in [
        ("accounts.csv", "EdTech", "Schools"),
        ("subscriptions.csv", ",monthly,", ",weekly,"),
        ("feature_usage.csv", "feature_20", "feature_99"),
        ("supports_ticket.csv", ",urgent,", ",calm,"),
    ]:
        text = (tmp_path / name).read_text("utf-8")
        (tmp_path / name).write_text(text.replace(old, new), "utf-8")
        after = lines(tmp_path, moment)
        assert after != before, name
        before = after
