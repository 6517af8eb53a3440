"""Writes a made-up portfolio: ``python -m scripts.portfolio [--seed N] [--count N] [--as-of DATE] [--out DIR]``.

Without options it writes ``examples/portfolio`` anew.
"""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml

from scripts.portfolio.account import accounts
from scripts.portfolio.days import quarters
from scripts.portfolio.exceptions import exceptions
from scripts.portfolio.team import people

FOLDER: Final = Path(__file__).parents[2] / "examples" / "portfolio"
SEED: Final = 7
COUNT: Final = 200
AS_OF: Final = date(2026, 11, 20)

_WIDTH: Final = 110
_NOTICE: Final = "# 全部虚构 · All made up: written by `python -m scripts.portfolio`. Changes by hand are lost.\n"


def files(seed: int = SEED, count: int = COUNT, as_of: date = AS_OF) -> dict[str, str]:
    """The files of a portfolio by name, and what each should hold."""
    portfolio = list(accounts(seed, count, as_of))
    return {
        "accounts.jsonl": "".join(
            json.dumps(each, ensure_ascii=False, separators=(",", ":")) + "\n" for each in portfolio
        ),
        "team.yaml": _NOTICE + _yaml(people(as_of)),
        "exceptions.yaml": _NOTICE + _yaml(exceptions(portfolio, as_of)),
        "rates.csv": _rates(as_of),
    }


def _yaml(document: dict[str, Any]) -> str:
    text: str = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=_WIDTH)
    return text


def _rates(as_of: date) -> str:
    """Rates of each quarter of the last four years; made up, too."""
    rows = ["date,from,to,rate"]
    for number, start in enumerate(quarters(date(as_of.year - 4, 1, 1), as_of)):
        rows.append(f"{start},USD,CNY,{7 + number % 3 / 20:.2f}")
        rows.append(f"{start},EUR,CNY,{7.6 + number % 4 / 10:.2f}")
    return "\n".join(rows) + "\n"


def main() -> None:
    """Write the files."""
    parser = ArgumentParser(prog="python -m scripts.portfolio", description="Writes a made-up portfolio.")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--as-of", type=date.fromisoformat, default=AS_OF)
    parser.add_argument("--out", type=Path, default=FOLDER)
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    for name, text in files(asked.seed, asked.count, asked.as_of).items():
        (asked.out / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
