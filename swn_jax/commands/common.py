"""What the commands share: one-sentence errors, and a --help that shows all their flags."""

import re
import shlex
import sys
from pathlib import Path
from types import ModuleType

from absl import app, flags, logging

from swn_jax.commands import programs
from swn_jax.configs.keys import CONFIG_KEYS
from swn_jax.errors import DivergedError, ReplayError, SwnError, of_system

KEEP_PROGRAMS = flags.DEFINE_boolean("keep_programs", True, "keep compiled programs in ~/.cache/swn_jax, or where "
                                     "JAX_COMPILATION_CACHE_DIR says, so that they are compiled once")  # fmt: skip
USER_ERROR, DIVERGED, REPLAYED = 2, 3, 4  # exit statuses


def run(command: ModuleType) -> None:
    """Run a command; an error that the user can fix becomes one sentence and exit status 2."""
    show_help_of(command)

    def parse(argv: list[str]) -> list[str]:
        try:
            return flags.FLAGS(with_config(argv))
        except (flags.Error, SwnError) as error:
            sys.exit(complaint(error))
        except (AttributeError, KeyError) as error:  # ml_collections, for a key that the config does not have
            sys.exit(complaint(unknown_key(error)))

    def guarded(argv: list[str]) -> int | None:
        if not flags.FLAGS["verbosity"].present:
            logging.set_verbosity(logging.WARNING)  # orbax tells of every file it moves
            logging.get_absl_logger().addFilter(lambda record: not record.exc_info)  # and of what it raises anyway
        try:
            if KEEP_PROGRAMS.value:
                programs.keep()
            return command.main(argv)
        except SwnError as error:
            return complaint(error)
        except OSError as error:
            return complaint(of_system(error))

    app.run(guarded, flags_parser=parse)


def with_config(argv: list[str]) -> list[str]:
    """The words of a command line, with the file of --config where the command has that flag."""
    if "config" not in flags.FLAGS:
        return argv
    from swn_jax.commands import config_flag  # ml_collections is for commands that take a config

    return config_flag.expanded(argv)


def show_help_of(command: ModuleType) -> None:
    """Show a command's flags, shared ones included, under --help."""
    sys.modules["__main__"].__doc__ = command.__doc__
    modules = [name for name in sys.modules if name.startswith("swn_jax.commands.")]
    for flag in (flag for name in modules for flag in flags.FLAGS.get_flags_for_module(name)):
        flags.FLAGS.register_key_flag_for_module(sys.argv[0], flag)


def command_line(name: str) -> str:
    """The command as it was typed, from a clone or by the console script, for the record of a result."""
    clone = Path(sys.argv[0]).parent.name == "experiments"
    return shlex.join([*(["python", "-m", f"experiments.{name}"] if clone else ["swn", name]), *sys.argv[1:]])


def complaint(error: object) -> int:
    """Print an error; returns the exit status."""
    print(f"error: {error}", file=sys.stderr)
    own = {DivergedError: DIVERGED, ReplayError: REPLAYED}
    return next((status for kind, status in own.items() if isinstance(error, kind)), USER_ERROR)


def warn(text: str) -> None:
    """Print a warning."""
    print(f"warning: {text}", file=sys.stderr)


def unknown_key(error: Exception) -> str:
    """Turn ml_collections' error for an unknown config key into one sentence."""
    text = str(error).replace("\\n", " ")
    key, near = re.search(r"^\W*(?:Key \")?(\w+)", text), re.search(r"Did you mean \\?\"(\w+)", text)
    name = key[1] if key else text
    if name in CONFIG_KEYS:
        return f"the config has no key {name!r}: it is {CONFIG_KEYS[name]!r} now"
    if near:
        return f"the config has no key {name!r}: did you mean {near[1]!r}?"
    return f"the config has no key {name!r}: print(swn_jax.configs.get_config('timit')) shows the keys that there are"
