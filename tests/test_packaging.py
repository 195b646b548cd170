"""What setup.cfg asks for agrees with the pins, the imports, the version and the licence."""

import ast
import functools
import re
import sys
from collections.abc import Iterable
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from shipped import ROOT, ranges, requirements, setup, tracked

from swn_jax.version import __version__

PYTHONS = ("3.11", "3.12", "3.13")
OWN = {"swn_jax", "experiments"}  # the package, and its launchers in a clone
ACCELERATORS = ("cuda12", "cuda13", "tpu")
COMPILERS = {"aot-cuda": {"cuda12-local"}, "aot-tpu": {"tpu"}}  # for accelerators that are not there: extras of jax
EXTRAS = ("slurm", "docs", "test")  # whose versions are pinned
TRACKERS = {"mlflow", "trackio", "wandb"}  # heavy, with pins of their own against ours: not in `all`, nor in the tests
OPTIONAL = {"submitit", *TRACKERS}  # what only an extra brings, and one function imports


@functools.cache
def pins() -> tuple[Requirement, ...]:
    return tuple(requirements((ROOT / "requirements.txt").read_text()))


def pin(name: str, python: str) -> str:
    """The one version of `name` that requirements.txt holds for that Python."""
    found = [
        str(each.specifier)
        for each in pins()
        if canonicalize_name(each.name) == name
        and (each.marker is None or each.marker.evaluate({"python_version": python}))
    ]
    assert len(found) == 1, f"requirements.txt has {found} for {name} on Python {python}, wanted one line"
    assert re.fullmatch(r"==[\w.]+", found[0]), f"requirements.txt: {name}{found[0]} is no pin"
    return found[0].removeprefix("==")


@pytest.mark.parametrize("python", PYTHONS)
def test_every_pin_lies_in_its_range(python):
    for name, wanted in ranges(*EXTRAS).items():
        assert pin(name, python) in wanted.specifier, f"requirements.txt pins {name}, setup.cfg wants {wanted}"


def test_nothing_is_pinned_that_nobody_asks_for():
    assert {canonicalize_name(each.name) for each in pins()} == set(ranges(*EXTRAS))


def test_what_runs_here_is_inside_the_ranges():
    for name, wanted in ranges().items():
        assert version(name) in wanted.specifier, f"installed is {name} {version(name)}, setup.cfg wants {wanted}"


def test_pythons():
    wanted = SpecifierSet(setup()["options"]["python_requires"])
    assert all(python in wanted for python in PYTHONS)
    assert "3.10" not in wanted
    assert "3.14" not in wanted
    told = re.findall(r"Programming Language :: Python :: (3\.\d+)", setup()["metadata"]["classifiers"])
    assert tuple(told) == PYTHONS


def test_all_is_every_extra_but_accelerators_and_trackers():
    extras = setup()["options.extras_require"]
    assert set(extras) == {*ACCELERATORS, *COMPILERS, *EXTRAS, *TRACKERS, "all"}
    (everything,) = requirements(extras["all"])
    assert (everything.name, everything.extras) == (setup()["metadata"]["name"], set(EXTRAS))


@pytest.mark.parametrize("extra", ACCELERATORS)
def test_accelerators_are_jax_extras_and_none_is_pulled_in_unasked(extra):
    (passed_on,) = requirements(setup()["options.extras_require"][extra])
    assert (passed_on.name, passed_on.extras) == ("jax", {extra})
    for name, wanted in ranges(*EXTRAS).items():
        assert not wanted.extras, wanted
        assert not re.match("nvidia|tensorflow$|tensorflow-cpu|libtpu|jax-cuda", name)


@pytest.mark.parametrize("extra", sorted(TRACKERS))
def test_the_extra_of_a_tracker_is_its_package(extra):
    assert [each.name for each in requirements(setup()["options.extras_require"][extra])] == [extra]


@pytest.mark.parametrize("extra", COMPILERS)
def test_compilers_come_by_extras_of_jax_which_pin_them_to_its_version(extra):
    wanted = {each.name: each.extras for each in requirements(setup()["options.extras_require"][extra])}
    assert wanted.pop("jax") == COMPILERS[extra]
    assert set(wanted) <= {"nvidia-cuda-nvcc-cu12"}  # the assembler, of any version


def test_a_plain_install_has_every_import():
    declared, providers = set(ranges()), packages_distributions()
    for path in tracked():
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in OWN:
            for module in imported(path) - OWN - set(sys.stdlib_module_names) - OPTIONAL:
                names = {canonicalize_name(name) for name in providers.get(module, [module])}
                assert names & declared, f"{path}: imports {module}, which setup.cfg does not ask for"
            assert not OPTIONAL & imported(path, ast.parse(path.read_text()).body), f"{path}: fails without an extra"


def imported(path: Path, nodes: Iterable[ast.AST] | None = None) -> set[str]:
    """The top names that a file imports: wherever in it, or by the given statements."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())) if nodes is None else nodes:
        if isinstance(node, ast.Import):
            names |= {each.name.split(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def test_every_folder_of_code_is_a_package():
    folders = {path.parent for path in tracked() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in OWN}
    missing = [str(folder.relative_to(ROOT)) for folder in folders if not (folder / "__init__.py").exists()]
    assert not missing, "without __init__.py a wheel would leave these out"


def test_the_version_is_in_the_changelog():
    text = (ROOT / "CHANGELOG.md").read_text()
    headings = re.findall(r"^## \[(.+?)\]", text, re.MULTILINE)
    assert headings[0] == "Unreleased", "new entries go under Unreleased, at the top"
    assert __version__ in text
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)


def test_the_licence_is_the_declared_one():
    text = (ROOT / setup()["metadata"]["license_files"]).read_text()
    assert setup()["metadata"]["license_expression"] == "Apache-2.0"
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text


def test_the_citation_is_of_this_version_and_of_the_paper():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert (citation["cff-version"], citation["type"]) == ("1.2.0", "software")
    assert citation["version"] == __version__
    assert citation["license"] == setup()["metadata"]["license_expression"]
    assert [author["name"] for author in citation["authors"]] == [setup()["metadata"]["author"]]
    (paper,) = citation["references"]
    assert [author["family-names"] for author in paper["authors"]] == ["Lai", "Li", "Zheng", "Yang"]
    assert paper["url"] in setup()["metadata"]["project_urls"]
