"""What is shipped agrees with itself: ranges and pins, version and changelog; no file tells of one machine."""

import ast
import configparser
import functools
import os
import re
import subprocess
import sys
import time
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from swn_jax.version import __version__

ROOT = Path(__file__).resolve().parents[1]
PYTHONS = ("3.11", "3.12", "3.13")
LARGEST = 300_000  # bytes of a tracked file that is no picture
PICTURES = {".png", ".jpg", ".svg", ".gif"}
OWN = {"swn_jax", "experiments"}
SOURCES = ("setup.cfg", "pyproject.toml", "requirements.txt")  # what a new installation depends on

# Put together from parts, so that this file does not hold what it looks for.
FOREIGN = {
    "a machine's path": ("/ro" + "ot/", "/wo" + r"rk/\w", "/ho" + r"me/\w", "/Us" + r"ers/\w", "/t" + r"mp/\w"),
    "a package registry": (
        "py" + r"pi\.org", "python" + r"hosted\.", "index" + "-url", "arti" + "factory", "pkg" + r"\.dev",
    ),
    "an address": (r"\b\d+\.\d+\.\d+\.\d+" + r":\d+", "local" + r"host:\d+"),
}  # fmt: skip


@functools.cache
def setup() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read_string((ROOT / "setup.cfg").read_text())
    return parser


def requirements(text: str) -> list[Requirement]:
    lines = (line.split("#")[0].strip() for line in text.splitlines())
    return [Requirement(line) for line in lines if line]


def ranges(*extras: str) -> dict[str, Requirement]:
    """What setup.cfg asks for, by canonical name."""
    texts = [setup()["options"]["install_requires"], *(setup()["options.extras_require"][extra] for extra in extras)]
    return {canonicalize_name(each.name): each for text in texts for each in requirements(text)}


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


@functools.cache
def tracked() -> tuple[Path, ...]:
    """The files under version control; an unpacked archive has none to look at."""
    if not (ROOT / ".git").exists():
        pytest.skip("no git repository here")
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]  # the clone may belong to another user
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    files = tuple(ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file())
    assert len(files) > 20
    return files


@pytest.mark.parametrize("python", PYTHONS)
def test_every_pin_lies_in_its_range(python):
    for name, wanted in ranges("test").items():
        assert pin(name, python) in wanted.specifier, f"requirements.txt pins {name}, setup.cfg wants {wanted}"


def test_nothing_is_pinned_that_nobody_asks_for():
    assert {canonicalize_name(each.name) for each in pins()} == set(ranges("test"))


def test_what_runs_here_is_inside_the_ranges():
    for name, wanted in ranges().items():
        assert version(name) in wanted.specifier, f"installed is {name} {version(name)}, setup.cfg wants {wanted}"


def test_pythons():
    wanted = SpecifierSet(setup()["options"]["python_requires"])
    assert all(python in wanted for python in PYTHONS)
    assert "3.10" not in wanted
    assert "3.14" not in wanted


@pytest.mark.parametrize("extra", ["cuda12", "cuda13", "tpu"])
def test_accelerators_are_jax_extras_and_none_is_pulled_in_unasked(extra):
    (passed_on,) = requirements(setup()["options.extras_require"][extra])
    assert (passed_on.name, passed_on.extras) == ("jax", {extra})
    for name, wanted in ranges("test").items():
        assert not wanted.extras, wanted
        assert not re.match("nvidia|tensorflow$|tensorflow-cpu|libtpu|jax-cuda", name)


def test_every_import_is_declared():
    declared, providers = set(ranges("slurm")), packages_distributions()
    for path in tracked():
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in OWN:
            for module in imported(path) - OWN - set(sys.stdlib_module_names):
                names = {canonicalize_name(name) for name in providers.get(module, [module])}
                assert names & declared, f"{path}: imports {module}, which setup.cfg does not ask for"


def imported(path: Path) -> set[str]:
    """The top names that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
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
    assert setup()["metadata"]["license"] == "Apache-2.0"
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text


@pytest.mark.parametrize("kind", FOREIGN)
def test_no_file_holds(kind):
    pattern = re.compile("|".join(FOREIGN[kind]), re.IGNORECASE)
    found = []
    for path in tracked():
        if path.suffix not in PICTURES:
            for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1):
                found += [f"{path.relative_to(ROOT)}:{number}: {match[0]}" for match in pattern.finditer(line)]
    assert not found, f"{kind} says nothing to a reader elsewhere"


@pytest.mark.parametrize(("kind", "line"), [
    ("a machine's path", "see /ro" + "ot/x"), ("a package registry", "https://py" + "pi.org/simple"),
    ("an address", "10.0.0.1" + ":80"),
])  # fmt: skip
def test_the_patterns_find(kind, line):
    assert re.search("|".join(FOREIGN[kind]), line)


def test_no_file_is_large():
    large = [f"{path.relative_to(ROOT)}: {size}" for path in tracked() if (size := path.stat().st_size) > LARGEST]
    assert not [each for each in large if Path(each.split(":")[0]).suffix not in PICTURES]


def make(*arguments: str) -> str:
    """What make would do, without doing it; the make that runs these tests must not be heard."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}
    run = subprocess.run(["make", "-n", *arguments], cwd=ROOT, env=env, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.fixture
def installed(tmp_path):
    """A folder that looks to make as an environment does after `make test`."""
    (tmp_path / "bin").mkdir()
    for name in ("bin/python", ".installed", ".installed-test"):
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize("target", ["demo", "test", "unit", "lint", "types"])
def test_the_first_call_installs_and_the_second_does_not(target, installed):
    fresh = make(target, f"VENV={installed / 'none'}")
    assert "-m venv" in fresh
    assert "install --constraint requirements.txt" in fresh
    again = make(target, f"VENV={installed}")
    assert " install " not in again
    assert "venv" not in again.replace(str(installed), "")
    assert f"{installed}/bin/" in again


def test_tests_after_a_demo_install_what_they_need(installed):
    (installed / ".installed-test").unlink()
    assert " install " not in make("demo", f"VENV={installed}")
    assert "'.[test]'" in make("test", f"VENV={installed}")


@pytest.mark.parametrize("name", SOURCES)
def test_a_changed_requirement_installs_again(name, installed):
    later = time.time() + 3600
    for stamp in (".installed", ".installed-test"):
        os.utime(installed / stamp, (later, later))
    assert " install " not in make("test", f"VENV={installed}")
    os.utime(installed / ".installed-test", (1, 1))
    assert " install " in make("test", f"VENV={installed}", "-W", name)


def test_help_is_the_default_and_names_every_target():
    text = make()
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert all(f"make {target} " in text for target in phony[1].split() if target != "help")
