"""The public names, and what importing them loads."""

import json
import pkgutil
import subprocess
import sys

import pytest

import swn_jax

CORE = ("flax.linen", "jax", "jaxtyping")  # what models, bounds, samplers and releases load, with its own dependencies
WHOLE = ("configs", "corpora", "data", "runs")  # public modules that load more
HEAVY = {"flatbuffers", "flax", "jax", "jaxlib", "ml_collections", "optax", "orbax", "tensorboardX", "tensorflow"}
LIGHT = (
    "swn_jax.configs.keys", "swn_jax.configs.systems", "swn_jax.corpora", "swn_jax.data", "swn_jax.domains",
    "swn_jax.errors", "swn_jax.studies.launch", "swn_jax.studies.page", "swn_jax.studies.report",
    "swn_jax.studies.results", "swn_jax.types",
)  # fmt: skip
MODULES = sorted(module.name for module in pkgutil.walk_packages(swn_jax.__path__, "swn_jax."))


def packages(program: str) -> list[set[str]]:
    """The top-level packages outside of the standard library that are loaded at each `seen()` of a program."""
    head = "import json, sys; sets = []\ndef seen(): sets.append(sorted({n.partition('.')[0] for n in sys.modules}))"
    run = [sys.executable, "-W", "error", "-c", f"{head}\nseen()\n{program}\nprint(json.dumps(sets))"]
    start, *sets = json.loads(subprocess.run(run, capture_output=True, text=True, check=True).stdout)
    return [set(found) - set(start) - sys.stdlib_module_names for found in sets]


def test_the_package_alone_loads_the_standard_library_only():
    assert packages("import swn_jax; dir(swn_jax)\nseen()") == [{"swn_jax"}]


def test_the_core_loads_jax_flax_and_jaxtyping_only():
    """And numpy with them."""
    names = [name for name in swn_jax.__all__ if name not in WHOLE]
    assert {"build", "elbo", "generate", "load", "export_functions"} <= set(names)
    uses = "\n".join(f"swn_jax.{name}" for name in names)
    core, mine = packages(f"import {', '.join(CORE)}\nseen()\nimport swn_jax\n{uses}\nseen()")
    assert mine - core == {"swn_jax"}
    assert {"numpy", "jax", "flax", "jaxtyping"} <= core


def light() -> list[str]:
    return [name for name in MODULES if f"{name}.".startswith(tuple(f"{head}." for head in LIGHT))]


def test_data_and_studies_start_without_jax():
    """Module after module, so that a failure names the first one that loads it."""
    names = light()
    assert set(LIGHT) < set(names)
    found = packages("\n".join(f"import {name}\nseen()" for name in names))
    assert {name: sets & HEAVY for name, sets in zip(names, found, strict=True) if sets & HEAVY} == {}


def test_benchmarks_need_nothing_that_reads_data_or_flags_of_configs():
    (found,) = packages("from swn_jax.commands import benchmark, common\nimport swn_jax.studies.benchmark\nseen()")
    assert (
        found & {"ml_collections", "tensorflow_datasets", "array_record", "soundfile", "soxr", "safetensors", "pooch"}
        == set()
    )


def test_using_a_model_takes_little_longer_to_import_than_flax():
    program = "import time, jaxtyping, flax.linen; t = time.process_time(); import swn_jax; swn_jax.build"
    run = [sys.executable, "-c", f"{program}; print(time.process_time() - t)"]
    assert float(subprocess.run(run, capture_output=True, text=True, check=True).stdout) < 1.0


@pytest.mark.parametrize("name", swn_jax.__all__)
def test_every_public_name_is_there(name):
    assert getattr(swn_jax, name) is not None
    assert name in dir(swn_jax)


def test_public_names_are_told_once():
    assert sorted(swn_jax.__all__) == sorted(set(swn_jax.__all__))
    with pytest.raises(AttributeError, match="has no attribute 'bild'"):
        _ = swn_jax.bild
