"""Imports point down the floors of the house, and heavy packages stay in the one file that needs them."""

import ast
from pathlib import Path

import pytest

import swn_jax

HOUSE = Path(swn_jax.__file__).parent
# a file belongs to the longest prefix that it has; what stands at one floor may be imported by the floors above it
FLOORS = [
    {"version", "errors", "types"}, {"ops"}, {"dists"}, {"anneal"}, {"layers"}, {"models"}, {"objective", "sampling"},
    {"train", "release"}, {"__init__"},
]  # fmt: skip
COLUMNS = {  # beside the floors: what each may look into, beside itself and the lowest floor
    "data": set(), "sweep": set(), "outputs": {"data"}, "quality": {"data"},
    "report": {"data", "outputs"},
}  # fmt: skip
FILES = sorted(path.relative_to(HOUSE) for path in HOUSE.rglob("*.py"))


def imports(source: str) -> set[str]:
    """Dotted names of all that a file imports, at its top or within."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "a relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def part(name: str) -> str | None:
    """The part of the house that `swn_jax.part.…` names; None for other packages."""
    path = name.split(".")
    if path[0] != "swn_jax":
        return None
    return path[1] if len(path) > 1 and any((HOUSE / f"{path[1]}{end}").exists() for end in ("", ".py")) else "__init__"


def floor(name: str) -> int:
    return next((level for level, parts in enumerate(FLOORS) if name in parts), len(FLOORS))


def home(path: Path) -> str:
    return path.parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", FILES, ids=str)
def test_imports_point_down(path):
    here = home(path)
    there = {part(name) for name in imports((HOUSE / path).read_text())} - {None}
    if here in COLUMNS:
        assert there <= {here, "errors", "types", "version"} | COLUMNS[here]
        return
    assert all(name == here or floor(name) < floor(here) for name in there), there


def users(package: str) -> set[str]:
    """The files that import a package."""
    return {
        str(path) for path in FILES
        if any(f"{name}.".startswith(f"{package}.") for name in imports((HOUSE / path).read_text()))
    }  # fmt: skip


def test_the_library_knows_no_flags_and_no_experiments():
    for package in ("absl.flags", "absl.app", "ml_collections", "experiments", "tests", "tensorflow", "tqdm"):
        assert users(package) == set(), package


def test_data_outputs_quality_and_sweep_need_no_jax():
    for package in ("jax", "flax", "optax", "swn_jax.models", "swn_jax.train"):
        columns = ("data/", "outputs/", "quality/", "sweep/")
        assert not {path for path in users(package) if path.startswith(columns)}, package


def words(source: str) -> set[str]:
    """Names and attributes in the code of a file, not in its comments."""
    nodes = list(ast.walk(ast.parse(source)))
    names = {node.id for node in nodes if isinstance(node, ast.Name)} | {
        name.rpartition(".")[2] for name in imports(source)
    }
    return names | {node.attr for node in nodes if isinstance(node, ast.Attribute)}


def test_one_file_each():
    assert users("orbax") == {"train/checkpoint.py"}
    assert {str(path) for path in FILES if "distributed" in words((HOUSE / path).read_text())} == {"train/hosts.py"}
    assert users("tensorboardX") == {"train/metrics.py"}
    assert {str(path) for path in FILES if "pmap" in words((HOUSE / path).read_text())} == {"train/parallel.py"}


def test_floors_of_arrays_know_no_flax():
    low = ("ops/", "dists/", "anneal.py", "errors.py", "types.py", "objective.py")
    assert not {path for path in users("flax") if path.startswith(low)}


def test_the_reader_of_imports_reads_them_all():
    source = "import a.b\nfrom c import d as e\ndef f():\n    import g\n    from swn_jax.train import step\n"
    assert imports(source) == {"a.b", "c.d", "g", "swn_jax.train.step"}
    assert [part(n) for n in ("swn_jax.train.step", "swn_jax.types.Batch", "swn_jax.build", "jax.numpy")] == [
        "train", "types", "__init__", None,
    ]  # fmt: skip
