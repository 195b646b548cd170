"""The wheel: what it holds, and that its commands work where there is no clone."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from swn_jax.commands.cli import COMMANDS
from swn_jax.version import __version__

ROOT = Path(__file__).resolve().parents[1]
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
TINY = [
    "--config.steps=5", "--config.eval_every=5", "--config.log_every=1", "--config.warmup=1", "--config.anneal.over=2",
    "--config.batch=4", "--config.sequence_length=4", "--config.model.layers=2", "--config.model.width=8",
    "--config.model.latent=2",
]  # fmt: skip


def done(command, cwd, status=0):
    """What a command printed; it sees nothing of this clone, nor of the make that runs the tests."""
    hidden = ("PYTHON", "MAKE", "MFLAGS", "PYTEST", "VIRTUAL_ENV")
    env = {key: value for key, value in os.environ.items() if not key.startswith(hidden)} | {"JAX_PLATFORMS": "cpu"}
    run = subprocess.run([*map(str, command)], cwd=cwd, env=env, capture_output=True, text=True, timeout=300)
    assert run.returncode == status, run.stdout[-2000:] + run.stderr[-2000:]
    return run.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Built from a copy: what an earlier build left in the clone would be packed too."""
    folder = tmp_path_factory.mktemp("wheel")
    copy = folder / "source"
    shutil.copytree(ROOT / "swn_jax", copy / "swn_jax", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "experiments", copy / "experiments", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    done([*PIP, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, copy], folder)
    (built,) = folder.glob("*.whl")
    return built


def test_it_holds_the_package_and_nothing_else(wheel):
    assert wheel.name == f"swn_jax-{__version__}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        scripts = archive.read(f"swn_jax-{__version__}.dist-info/entry_points.txt").decode().split("\n")
    assert {name.split("/")[0] for name in names} == {"swn_jax", f"swn_jax-{__version__}.dist-info"}
    sources = {str(path.relative_to(ROOT)) for path in (ROOT / "swn_jax").rglob("*.py")}
    assert {name for name in names if name.startswith("swn_jax/")} == sources | {"swn_jax/py.typed"}
    assert "swn = swn_jax.commands.cli:main" in scripts
    assert f"swn_jax-{__version__}.dist-info/licenses/LICENSE" in names


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """An environment with the wheel; what it depends on is lent by that of the tests, without its own swn_jax."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, symlinks=True)
    paths = {"base": str(folder), "platbase": str(folder)}
    (folder / sysconfig.get_path("purelib", "venv", paths) / "lent.pth").write_text(sysconfig.get_path("purelib"))
    python = folder / "bin" / "python"
    done([*PIP, "--python", python, "install", "--no-index", "--no-deps", "--ignore-installed", wheel], folder)
    return folder


@pytest.mark.slow
def test_its_commands_work_without_a_clone(installed, tmp_path):
    swn = installed / "bin" / "swn"
    code = "import importlib.util as u, swn_jax; print(swn_jax.__file__, u.find_spec('experiments') is None)"
    where, no_clone = done([installed / "bin" / "python", "-c", code], tmp_path).split()
    assert Path(where).is_relative_to(installed)
    assert no_clone == "True"

    listed = done([swn], tmp_path, status=2)
    assert all(f"  {name} " in listed for name in COMMANDS)
    done([swn, "prepare", "--dataset=synthetic_speech", "--data_dir=data",
          "--option=train=8", "--option=valid=2", "--option=test=2"], tmp_path)  # fmt: skip
    out = done(
        [swn, "train", "--config=synthetic_speech:swavenet", "--data_dir=data", "--workdir=run", *TINY], tmp_path
    )
    assert "trained 5 steps" in out
    done([swn, "evaluate", "--workdir=run", "--data_dir=data", "--split=test", "--samples=2"], tmp_path)
    result = json.loads((tmp_path / "run" / "eval_test.json").read_text())
    assert (result["step"], result["sequences"]) == (5, 2)
    assert result["elbo"] == pytest.approx(result["log_px"] - result["kl"], abs=1e-2)
