"""`make` installs once, and again when it must; the hooks before a commit check what it does."""

import os
import re
import time

import pytest
import yaml
from packaging.utils import canonicalize_name
from shipped import ROOT, make, ranges

SOURCES = ("setup.cfg", "pyproject.toml", "requirements.txt")  # what a new installation depends on


@pytest.fixture
def installed(tmp_path):
    """A folder that looks to make as an environment does after `make test`."""
    (tmp_path / "bin").mkdir()
    for name in ("bin/python", ".installed", ".installed-test"):
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize("target", ["demo", "test", "unit", "slow", "lint", "types"])
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


def test_hooks_before_a_commit_need_no_network_and_check_what_make_does():
    (here,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert here["repo"] == "local"
    assert {hook["language"] for hook in here["hooks"]} == {"system"}
    asked = make("lint", "types")
    for hook in here["hooks"]:
        program, *words = hook["entry"].split()
        assert canonicalize_name(program) in ranges("test")
        assert re.search(rf"/bin/{' '.join([program, *(word for word in words if not word.startswith('-'))])}\b", asked)
