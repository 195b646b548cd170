"""All programs of a config: compiled for CPUs that play the target, and for a real one where its compiler is there."""

import json

import jax
import pytest

from swn_jax.configs import get_config
from swn_jax.errors import SwnError
from swn_jax.studies import compiled as study
from swn_jax.studies.compiled import compile_all, compilers, measure, programs
from swn_jax.studies.compiled.targets import target_of


def tiny():
    config = get_config("synthetic_speech:swavenet")
    config.model.update(layers=2, width=8, latent=3)
    config.batch, config.sequence_length = 4, 6
    return config


@pytest.fixture
def cpus(monkeypatch):
    monkeypatch.setattr(study, "check", lambda target: None)
    monkeypatch.setattr(study, "devices_of", lambda target: jax.devices()[: target.devices])
    monkeypatch.setattr(measure, "options", lambda target: {})
    monkeypatch.setattr(programs, "FRAMES", 16 * 8)


def made(path, *, targets=("h100", "h100x4"), what=("all",), search=False):
    told = []
    return compile_all(tiny(), "tiny", "", targets, what, search, path, told.append), told


@pytest.mark.slow
def test_every_program_has_a_row_and_is_compiled_once(cpus, tmp_path):
    path = tmp_path / "compiled.json"
    rows, told = made(path)
    assert [(row["what"], row["target"]) for row in rows] == [
        ("step", "h100"), ("replicas", "h100"), ("evaluation", "h100"), ("sampling", "h100"), ("step", "h100x4"),
        ("shared_out", "h100x4"),
    ]  # fmt: skip
    assert not [row for row in rows if "error" in row]
    assert len(told) == 6
    assert json.loads(path.read_text())["rows"] == json.loads(json.dumps(rows))
    assert path.with_suffix(".md").read_text().count("\n## ") == 5
    step, seeds, _, sampling, four, shared = rows
    assert step["launches"] == step["forward"] + step["backward"] + step["rest"]
    assert seeds["tflop"] == pytest.approx(4 * step["tflop"])
    assert four["tflop"] == shared["tflop"] == pytest.approx(step["tflop"] / 4)
    assert ("all-reduce" in four["collectives"], "collectives" in step) == (True, False)
    assert "1 all-gather" in shared["collectives"]
    assert 0 < sampling["launches"] < step["launches"]
    assert made(path)[1] == []


def test_what_does_not_compile_is_a_row_and_is_tried_again(cpus, tmp_path, monkeypatch):
    path = tmp_path / "compiled.json"
    with monkeypatch.context() as broken:
        broken.setattr(measure, "options", lambda target: {"no_such_option": 1})
        ((row,), _) = made(path, targets=["h100"], what=["sampling"])
    assert "no_such_option" in row["error"].lower() or "No such" in row["error"]
    ((row,), told) = made(path, targets=["h100"], what=["sampling"])
    assert ("error" in row, len(told)) == (False, 1)


def test_unknown_programs_are_refused():
    with pytest.raises(SwnError, match="no kind of program 'steps': did you mean 'step'"):
        made(None, what=["steps"])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["h100", "v5e-4"])
def test_a_real_target(name, monkeypatch):
    try:
        compilers.check(target_of(name))
    except SwnError as missing:
        pytest.skip(str(missing))
    rows, _ = made(None, targets=[name], what=["step"], search=False)
    assert not [row for row in rows if "error" in row]
    assert all(row["fits"] and row["products"] > 0 for row in rows)
