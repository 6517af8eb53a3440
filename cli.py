"""``python cli.py …`` is the same as ``playbook …``, from a checkout that is not installed."""

from engine.commands.main import main

if __name__ == "__main__":
    main(prog_name="playbook")
