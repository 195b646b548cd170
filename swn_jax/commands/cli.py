"""The console script `swn COMMAND`, which `python -m experiments.COMMAND` shares."""

import importlib
import sys

from swn_jax.errors import SwnError, unknown

COMMANDS = {
    "prepare": "prepare a corpus",
    "train": "train a model, or resume a run",
    "evaluate": "evaluate a run on a split",
    "sample": "draw from runs, to hear and see",
    "sweep": "train and evaluate the trials of a study",
    "report": "write the tables and figures of a study",
    "export": "release a run as weights and compiled functions",
    "benchmark": "measure the speed of steps and of sampling",
    "compile": "compile for accelerators that are not there",
}


def main() -> None:
    """Run the command that the first argument names with the remaining flags."""
    if len(sys.argv) < 2 or sys.argv[1] in ("help", "--help", "-h", "--helpshort"):
        print("usage: swn COMMAND --flag=value ...\n")
        print("\n".join(f"  {name:<11}{what}" for name, what in COMMANDS.items()))
        print("\n`swn COMMAND --help` lists the flags of a command.")
        sys.exit(0 if len(sys.argv) > 1 else 2)
    name = sys.argv.pop(1)
    try:
        launch(name)
    except SwnError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)


def launch(name: str) -> None:
    """Run a command with the flags in `sys.argv`; raises SwnError, with the nearest name, for an unknown one."""
    if name not in COMMANDS:
        raise unknown("command", name, COMMANDS)
    from swn_jax.commands import common  # absl and jax are for commands that exist

    common.run(importlib.import_module(f"swn_jax.commands.{name}"))
