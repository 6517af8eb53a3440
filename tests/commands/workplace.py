"""A small playbook, accounts, and a folder in which commands are run on them."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from click.testing import CliRunner, Result
from wcwidth import wcswidth

import engine
from engine.commands.main import main
from tests.engines import without_notice

ROOT: Final = Path(engine.__file__).parents[1]
PROGRAM: Final = (sys.executable, str(ROOT / "cli.py"))

PLAYBOOK: Final = """\
playbook: small
language: 1
locale: zh-CN
fields:
  budget_status: {one_of: [free, frozen]}
roles:
  ours:
    account_manager: {title: {zh: 客户经理, en: Account manager}}
    sales_director: {title: {zh: 销售总监, en: Sales director}}
metrics:
  revenue: {sum: purchases.amount, in_last: 12 months}
classes:
  phase:
    title: {zh: 合作阶段, en: Phase}
    of: relationship_age
    bands: {start: 0 months, stable: 3 months}
    below: lowest
    labels: {start: {zh: 磨合期, en: Getting started}, stable: {zh: 稳定期, en: Stable}}
warnings:
  satisfaction_low:
    title: {zh: 满意度低于 70 分, en: Satisfaction below 70 points}
    light: yellow
    when: {satisfaction: {below: 70}}
    do:
      - {kind: call, owner: account_manager, due: 2 working days, priority: high,
         title: {zh: 了解不满的原因, en: Ask why}}
    source: H-09
  budget_frozen:
    title: {zh: 预算冻结, en: Budget frozen}
    light: red
    when: {budget_status: frozen}
    mutes: [satisfaction_low]
    do:
      - {kind: visit, owner: sales_director, due: 1 working day, priority: urgent,
         title: {zh: 拜访决策人, en: See the decision maker}}
  renewal_near:
    title: {zh: 合同 90 天内到期, en: Contract ends within 90 days}
    light: yellow
    each: contracts
    where: {ends_on: {in_next: 90 days}}
    do:
      - {kind: message, owner: account_manager, send: renewal, due: 5 working days,
         title: {zh: "续约：{{ contract.name }}", en: "Renewal: {{ contract.name }}"}}
cadence:
  monthly_review:
    title: {zh: 每月业务复盘, en: Monthly review}
    every: month
    kind: business_review
    owner: account_manager
content:
  renewal:
    kind: message
    to: {role: decision_maker}
    channel: email
    subject: {zh: "续约：{{ contract.name }}", en: "Renewal: {{ contract.name }}"}
    template: renewal
"""

SCENARIOS: Final = """\
scenarios:
  - scenario: below the floor the light is yellow
    as_of: 2026-11-20
    account: {surveys: [{id: S-1, on: 2026-11-01, kind: overall, score: 69}]}
    expect: {light: yellow, warnings: {satisfaction_low: firing}}
  - scenario: on the floor it is not
    as_of: 2026-11-20
    account: {surveys: [{id: S-1, on: 2026-11-01, kind: overall, score: 70}]}
    expect: {warnings: {satisfaction_low: none}}
"""

TEMPLATES: Final = {
    "zh": "{{ contact.name }}，您好！\n\n合同“{{ contract.name }}”将于近期到期。\n",
    "en": "Dear {{ contact.name }},\n\nyour contract {{ contract.name }} is about to end.\n",
}


def account(account_id: str = "A-1", **more: Any) -> dict[str, Any]:
    """An account for which a survey warning fires, a contract is near its end and a review is overdue."""
    return {
        "id": account_id,
        "name": "蓝海科技有限公司",
        "relationship": {"started_on": "2026-10-01"},
        "owners": {"account_manager": "wang_fang"},
        "surveys": [{"id": "S-1", "on": "2026-11-01", "kind": "overall", "score": 69.9}],
        "contracts": [{"id": "K-1", "name": "框架协议", "ends_on": "2026-12-31"}],
        "contacts": [{"id": "C-1", "name": "陆建国", "role": "decision_maker", "email": "lu@example.com"}],
        "interactions": [],
        "purchases": [],
        "fields": {"budget_status": "free"},
        **more,
    }


class Workplace:
    """A folder of files, and commands run in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, text: str | bytes) -> Path:
        """A file of the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def accounts(self, *accounts: dict[str, Any] | str, name: str = "accounts.jsonl") -> str:
        """A file of accounts, one per line; texts stand for themselves."""
        lines = [each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in accounts]
        self.write(name, "\n".join(lines) + "\n")
        return name

    def run(self, *arguments: str, stdin: bytes | None = None, **environment: str) -> Result:
        """What comes of the command in this process."""
        result = CliRunner(env=environment).invoke(main, arguments, input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        result.stderr_bytes, result.output_bytes = map(without_notice, (result.stderr_bytes, result.output_bytes))
        return result

    def plan(
        self, *more: str, accounts: str = "accounts.jsonl", as_of: str = "2026-11-20", **environment: str
    ) -> Result:
        """``playbook plan`` of the small playbook."""
        return self.run("plan", "small", "--accounts", accounts, "--as-of", as_of, *more, **environment)

    def explain(self, *more: str, account: str | None = "A-1", group: str = "") -> Result:
        """``playbook explain`` of the small playbook."""
        about = ("--account", account) if account is not None else ("--group", group)
        fixed = ("--accounts", "accounts.jsonl", *about, "--as-of", "2026-11-20")
        return self.run("explain", "small", *more, *fixed)

    def process(self, line: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
        """What comes of a shell line, in which ``playbook`` is the command."""
        return subprocess.run(
            ["bash", "-c", line.replace("playbook ", f"{shlex.join(PROGRAM)} ", 1)],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
            capture_output=True,
            timeout=60,
            check=False,
        )


def too_wide(text: str, columns: int = 100) -> list[str]:
    """The lines that do not fit."""
    return [line for line in text.splitlines() if wcswidth(line) > columns or wcswidth(line) < 0]
