"""The console command ``playbook``. A command's module is imported only when that command is asked for."""

from importlib import import_module
from typing import Final

import click

from engine.commands import ExitCode
from engine.foundation.version import VERSION

COMMANDS: Final = (
    "init", "check", "show", "fmt", "schema", "plan", "apply", "explain", "render", "snapshot", "test", "audit",
    "actions", "silences", "overrides", "tick", "run", "status", "messages", "deliver",
)  # fmt: skip
"""In the order of work. Each is the ``command`` in ``engine/commands/<name>.py``."""


class CommandGroup(click.Group):
    """Loads commands late, proposes the nearest name for an unknown one, and ends with the code a command returns."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 — click's signature
        """The names, in the order of work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name, imported now; none if there is no such command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"engine.commands.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does; but click looks for the nearest name among commands that are loaded, and none is."""
        if args[0] not in COMMANDS:
            raise click.NoSuchCommand(args[0], possibilities=COMMANDS, ctx=ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> None:
        """Run the command and end with the exit code it returns."""
        ctx.exit(super().invoke(ctx) or ExitCode.FINE)


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(VERSION, prog_name="playbook")
def main() -> None:
    """Key-account playbooks in YAML: checked, evaluated against account snapshots, answered with a plan.

    Exit codes: 0 fine, 1 what was asked about is not fine, 2 wrong usage or unreadable input, 3 finished, but some
    accounts could not be evaluated.
    """


if __name__ == "__main__":
    main(prog_name="playbook")
