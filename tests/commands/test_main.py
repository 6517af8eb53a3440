"""The group of commands: names, hints, and what a command's outcome becomes."""

import click
import pytest
from click.testing import CliRunner, Result

from engine.commands import ExitCode
from engine.commands.main import COMMANDS, CommandGroup, main


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def ending(code: ExitCode | None) -> int:
    """The exit code of ``playbook check`` where the command returns ``code``."""

    class Group(CommandGroup):
        def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
            return click.Command(cmd_name, callback=lambda: code)

    return CliRunner().invoke(Group("playbook"), ["check"]).exit_code


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_can_be_asked_for_help(name: str) -> None:
    answer = run(name, "--help")
    assert answer.exit_code == 0
    assert answer.stdout.startswith(f"Usage: main {name}")


def test_help_lists_the_commands_in_the_order_of_work() -> None:
    listed = run("--help").stdout.partition("Commands:\n")[2].splitlines()
    assert [line.split()[0] for line in listed] == list(COMMANDS)


def test_an_unknown_command_gets_the_nearest_name() -> None:
    answer = run("chekc")
    assert answer.exit_code == ExitCode.UNUSABLE
    assert "No such command 'chekc'. Did you mean 'check'?" in answer.stderr


def test_an_unknown_option_gets_the_nearest_name() -> None:
    answer = run("--vresion")
    assert answer.exit_code == ExitCode.UNUSABLE
    assert "Did you mean '--version'?" in answer.stderr


@pytest.mark.parametrize("code", [*ExitCode, None])
def test_a_command_ends_with_the_code_it_returns(code: ExitCode | None) -> None:
    assert ending(code) == (code or ExitCode.FINE)
