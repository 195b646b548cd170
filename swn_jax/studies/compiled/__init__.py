"""Compiling ahead of time: what programs would take of accelerators that are not there."""

import datetime
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import jax

from swn_jax.atomic import write_text
from swn_jax.configs.settings import Config
from swn_jax.errors import unknown
from swn_jax.studies.benchmark.page import label, rounded
from swn_jax.studies.benchmark.row import Measured
from swn_jax.studies.compiled.compilers import check, devices_of, on_a_cpu
from swn_jax.studies.compiled.measure import measured
from swn_jax.studies.compiled.page import page
from swn_jax.studies.compiled.programs import Devices, Program, programs_of
from swn_jax.studies.compiled.targets import Target, target_of
from swn_jax.version import __version__

__all__ = ["compile_all", "page"]

KINDS = ("step", "shared_out", "replicas", "evaluation", "sampling")


def compile_all(
    config: Config, name: str, changed: str, targets: Sequence[str], what: Sequence[str], search: bool,
    path: Path | None,
    tell: Callable[[str], None],
) -> list[Measured]:  # fmt: skip
    """Compile the programs of a config for each target, and say what they would take.

    Args:
      config: whose train step, evaluation and sampling are compiled.
      name, changed: of the config, and the keys in which it differs from what its name says.
      targets: as `h100`, `h100x4`, `v5e-4`.
      what: the kinds of programs: `step`, `replicas`, `evaluation`, `sampling`, on several devices `step` and
        `shared_out`; `all` for all.
      search: whether to look for the largest batch that fits.
      path: of a JSON file that is whole after every row, with a page beside it. Rows that are in it already are not
        made again, but for those that failed.
      tell: takes a line for each program.
    Returns:
      All rows of the file, or those that were made.
    Raises:
      SwnError: for an unknown target or kind of program, and where the packages that compile for one are missing.
    """
    for kind in what:
        if kind not in ("all", *KINDS):
            raise unknown("kind of program", kind, ("all", *KINDS))
    rows: list[Measured] = json.loads(path.read_text())["rows"] if path and path.exists() else []
    wanted = [target_of(target) for target in targets]
    for target in wanted:
        check(target)
    with on_a_cpu():
        for target in wanted:
            devices = devices_of(target)
            for program in programs_of(config, target.devices):
                labels = {"what": program.what, "preset": name, "changed": changed, "target": target.name}
                labels["jax"] = jax.__version__
                if ("all" in what or program.what in what) and not any(
                    alike(row, labels) and "error" not in row for row in rows
                ):
                    found = found_of(program, target, devices, config["model"].get("dtype", "float32"), search)
                    rows = [row for row in rows if not alike(row, labels)] + [labels | program.labels | found]
                    tell(label(rounded(rows[-1])))
                    write(rows, path)
    return rows


def found_of(program: Program, target: Target, devices: Devices, dtype: str, search: bool) -> Measured:
    """The numbers of a program, or the first line of the error for one that does not compile; when, and by what."""
    made = {"swn_jax": __version__, "date": datetime.date.today().isoformat()}
    try:
        return measured(program, target, devices, dtype, search) | made
    except Exception as error:  # what does not compile for a device is a finding too
        return {"error": f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0]}"[:300]} | made


def alike(row: Measured, labels: Measured) -> bool:
    """Whether a row is of the same program."""
    return all(row[key] == value for key, value in labels.items())


def write(rows: Sequence[Measured], path: Path | None) -> None:
    """Write all rows, and their page."""
    if path:
        write_text(path, json.dumps({"rows": rows}, indent=1) + "\n")
        write_text(path.with_suffix(".md"), f"# Compiled ahead of time\n\n{page(rows)}")
