"""Imports point down the tree, without a circle; each library is imported where it belongs; files stay short."""

import ast
import functools
import graphlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import swn_jax

HOUSE = Path(swn_jax.__file__).parent
FILES = sorted(str(path.relative_to(HOUSE)) for path in HOUSE.rglob("*.py"))
LINES = 160  # of a file at most
LONGER: set[str] = set()

BASE = {"version", "errors", "types", "density", "recorded", "atomic", "sealed"}  # which every part may import
ARROWS = {  # a part: those right below it; it may import these, and what they may
    "commands": {"studies", "release"},
    "studies": {"runs"},
    "release": {"runs"},
    "runs": {"train", "configs", "corpora", "sampling"},
    "corpora": {"domains"},
    "domains": {"data"},
    "train": {"objective", "anneal", "sampling"},
    "configs": {"models"},
    "models": {"layers"},
    "layers": {"dists"},
    "sampling": {"dists"},
    "dists": {"ops"},
    "objective": {"ops"},
}
CORE = ("types.py", "density.py", "ops/", "dists/", "layers/", "models/", "objective.py", "anneal.py", "sampling/")
ARRAYS = ("ops/", "dists/", "objective.py", "anneal.py", "sampling/")  # functions of arrays, without modules of flax
PLACES = {  # a library: the only files that import it; numpy and jaxtyping belong everywhere
    "PIL": ("domains/motion/gif.py",),
    "absl": ("commands/", "data/silence_tfds.py"),
    "array_record": ("data/shards.py",),
    "flax": ("layers/", "models/"),
    "jax": (*CORE[2:], "train/", "runs/", "release/", "studies/benchmark", "studies/compiled"),
    "matplotlib": ("domains/", "studies/"),
    "mlflow": ("runs/trackers/mlflow.py",),
    "ml_collections": ("configs/by_name.py", "configs/check.py", "runs/", "commands/config_flag.py"),
    "optax": ("train/", "runs/"),
    "orbax": ("train/storage.py",),
    "pooch": ("data/download.py",),
    "safetensors": ("release/weights.py",),
    "scipy": ("domains/", "data/statistics.py"),
    "soundfile": ("domains/speech/",),
    "soxr": ("domains/speech/",),
    "submitit": ("studies/launch/slurm.py",),
    "tensorboardX": ("train/metrics.py",),
    "tensorflow_datasets": ("data/",),
    "tqdm": ("commands/progress.py",),
    "trackio": ("runs/trackers/trackio.py",),
    "wandb": ("runs/trackers/wandb.py",),
}
EVERYWHERE = {"numpy", "jaxtyping"}


def nodes(source: str, *, typing: bool = True) -> Iterator[ast.AST]:
    """The nodes of a file, with what only type checkers read or without."""
    left: list[ast.AST] = [ast.parse(source)]
    while left:
        node = left.pop()
        yield node
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING" and not typing:
            left += node.orelse
        else:
            left += ast.iter_child_nodes(node)


def imports(source: str, *, typing: bool = True) -> set[str]:
    """Dotted names of all that a file imports, at its top or within functions."""
    names = set()
    for node in nodes(source, typing=typing):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "a relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def text(path: str) -> str:
    return (HOUSE / path).read_text()


def module(path: str) -> str:
    """The dotted name of a file."""
    return ".".join(("swn_jax", *Path(path).with_suffix("").parts)).removesuffix(".__init__")


MODULES = {module(path): path for path in FILES}


def home(name: str) -> str | None:
    """The module of the package that a dotted name is, or lies in; None for other packages."""
    while name and name not in MODULES:
        name = name.rpartition(".")[0]
    return name or None


def part(name: str) -> str:
    """The part of the package that a module belongs to; its `__init__` has no name."""
    return name.removeprefix("swn_jax").lstrip(".").partition(".")[0]


def below(part: str) -> set[str]:
    """All that a part may import."""
    return BASE.union(*({under} | below(under) for under in ARROWS.get(part, ())))


@pytest.mark.parametrize("path", sorted({*FILES} - {"__init__.py", "__main__.py"}))
def test_imports_point_down(path):
    here = part(module(path))
    there = {part(name) for name in map(home, imports(text(path))) if name}
    assert there <= {here} | below(here)


def test_the_door_of_the_package_opens_nothing_by_itself():
    assert imports(text("__init__.py"), typing=False) == {
        "importlib", "typing.TYPE_CHECKING", "typing.Any", "swn_jax.version.__version__",
    }  # fmt: skip


def test_a_domain_never_reaches_into_another():
    for path in FILES:
        if path.startswith("domains/") and path != "domains/__init__.py":
            own = f"swn_jax.domains.{path.split('/')[1]}."
            assert all(name.startswith(own) for name in imports(text(path)) if name.startswith("swn_jax.domains")), path


def graph() -> dict[str, set[str]]:
    """The modules that each module imports at run time, also within functions."""
    return {
        name: {there for there in map(home, imports(text(path), typing=False)) if there} - {name}
        for name, path in MODULES.items()
    }


def test_no_circle_among_modules():
    graphlib.TopologicalSorter(graph()).prepare()


def test_modules_can_be_imported_in_any_order():
    """Backwards through the alphabet, which no file had in mind; a process has the flags of one command only."""
    names = [name for name in sorted(MODULES, reverse=True) if part(name) != "commands"]
    program = "\n".join(f"import {name}" for name in names)
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True)


@functools.cache
def libraries(path: str) -> set[str]:
    """The packages that a file imports, beside the standard library and this one."""
    return {name.partition(".")[0] for name in imports(text(path))} - sys.stdlib_module_names - {"swn_jax"}


@pytest.mark.parametrize("path", FILES)
def test_libraries_are_imported_where_they_belong(path):
    assert {name for name in libraries(path) if not path.startswith(PLACES.get(name, ()))} <= EVERYWHERE


def test_every_place_is_needed():
    used = {name: {path for path in FILES if name in libraries(path)} for name in PLACES}
    for name, places in PLACES.items():
        assert [place for place in places if not any(path.startswith(place) for path in used[name])] == [], name


def test_the_core_imports_jax_flax_numpy_and_jaxtyping_only():
    core = [path for path in FILES if path.startswith(CORE)]
    assert set().union(*map(libraries, core)) <= {"jax", "flax", "numpy", "jaxtyping"}
    assert not [path for path in core if path.startswith(ARRAYS) and "flax" in libraries(path)]


def test_parts_of_scipy_that_take_long_wait_until_they_are_used():
    """As `import scipy` has it; signal alone brings stats and interpolate along, a second of each start."""
    heads = [
        node for path in FILES for node in ast.parse(text(path)).body if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    parts = {
        name.split(".")[1] for name in set().union(*map(imports, map(ast.unparse, heads))) if name.startswith("scipy.")
    }
    assert parts == {"fft", "linalg"}


def words(path: str) -> set[str]:
    """Names, imported names and attributes in the code of a file, the latter as they are written."""
    found = {ast.unparse(node) for node in nodes(text(path)) if isinstance(node, ast.Name | ast.Attribute)}
    return found | imports(text(path))


def test_several_devices_and_processes_are_met_in_one_file_each():
    assert {path for path in FILES if {"jax.pmap", "pmap"} & words(path)} == {"train/parallel.py"}
    assert {
        path for path in FILES if any(f"{word}.".startswith("jax.distributed.") for word in words(path))
    } == {"train/hosts.py"}  # fmt: skip


def test_no_file_is_long():
    assert {path for path in FILES if len(text(path).splitlines()) > LINES} == LONGER


def test_the_reader_of_imports_reads_them_all():
    source = (
        "import a.b\nfrom c import d as e\ndef f():\n    import g\n    from swn_jax.train import step\n"
        "if TYPE_CHECKING:\n    import h\nelse:\n    import i\n"
    )
    assert imports(source) == {"a.b", "c.d", "g", "swn_jax.train.step", "h", "i"}
    assert imports(source, typing=False) == {"a.b", "c.d", "g", "swn_jax.train.step", "i"}
    names = ["swn_jax.train.step", "swn_jax.types.Batch", "swn_jax.build", "jax.numpy"]
    assert list(map(home, names)) == ["swn_jax.train.step", "swn_jax.types", "swn_jax", None]
    assert list(map(part, ["swn_jax.train.step", "swn_jax"])) == ["train", ""]
    assert below("models") == {"layers", "dists", "ops", *BASE}
