"""The types reach a user: `mypy --strict` over programs of their own, against the package as it is installed."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import swn_jax

ROOT = Path(swn_jax.__file__).parents[1]
RIGHT = """
from pathlib import Path
from typing import assert_type

import jax
import jax.numpy as jnp
import swn_jax
from swn_jax import Batch, Model, Terms, runs

model = swn_jax.build("swavenet", 4, layers=2, width=8, latent=2)
assert_type(model, Model)
batch = Batch(x=jnp.zeros((2, 3, 4)), mask=jnp.ones((2, 3)), before=jnp.zeros((2, 4)))
variables = model.init(jax.random.key(0))


def loss(variables: swn_jax.types.Variables, key: jax.Array) -> jax.Array:
    terms, extra = model.terms(variables, batch, jax.random.normal(key, (2, 3, sum(model.latents))), infer=True)
    assert_type(terms, Terms)
    assert_type(terms.kl, jax.Array)
    bound = swn_jax.elbo(terms, batch.mask, 0.5)
    assert_type(bound, jax.Array)
    return -bound.mean()


value, gradient = jax.value_and_grad(loss)(variables, jax.random.key(1))
sound = swn_jax.generate(model, variables, jax.random.key(2), 5, before=batch.before)
assert_type(sound, jax.Array)
carry, params = model.step(variables, model.carry(batch.before), batch.before, jnp.zeros((2, 4)))
assert_type(params, jax.Array)
assert_type(model.likelihood.log_prob({}, params[:, None], batch.x, batch.x), jax.Array)
assert_type(model.likelihood.size(4), int)
assert_type(swn_jax.gaussian(), swn_jax.Likelihood)
density = swn_jax.likelihood("gaussian", floor=-6.0)._replace(size=lambda width: 3 * width)
assert_type(swn_jax.anneal.cosine(10), swn_jax.anneal.Anneal)

config = swn_jax.configs.get_config("synthetic_speech:swavenet")
config.steps = "10 steps"
results = runs.train_run(config, Path("run"), "data", tell=print)
assert_type(results[0].finished, bool)
run = runs.load_run("run", "data")
assert_type(run, runs.Run)
assert_type(run.model, Model)
print(runs.evaluate_run(run)["elbo"])
frames = runs.sample_run(run, "generate", runs.SampleRequest(frames=5)).frames
try:
    loaded = swn_jax.load("release")
except swn_jax.SwnError:
    raise SystemExit(1) from None
assert_type(loaded.recipe, swn_jax.Recipe)
"""
HEAD = RIGHT[: RIGHT.index("def loss")]
WRONG = {  # a wrong line: what mypy calls it
    'swn_jax.build("swavenet", "4")': "arg-type",
    "swn_jax.bild": "attr-defined",
    "swn_jax.configs.get_confg": "attr-defined",
    "model.terms(variables, batch)": "call-arg",
    "model.terms(variables, batch.x, jnp.zeros((2, 3, 4)))": "arg-type",
    "model.init(3)": "arg-type",
    "model._replace(carry=lambda: ())": "arg-type",
    "swn_jax.elbo(batch, batch.mask)": "arg-type",
    'runs.load_run("run", 3)': "arg-type",
}


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """What mypy says of both programs."""
    folder = tmp_path_factory.mktemp("program")
    (folder / "right.py").write_text(RIGHT)
    (folder / "wrong.py").write_text(HEAD + "\n".join(WRONG) + "\n")
    mypy = [sys.executable, "-m", "mypy", "--strict", f"--cache-dir={ROOT / '.cache' / 'mypy'}", "right.py", "wrong.py"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}  # among the installed packages, whose types count by py.typed alone
    found = subprocess.run(mypy, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert found.returncode in (0, 1), found.stdout + found.stderr
    return found.stdout


@pytest.mark.slow
def test_a_program_that_is_right_passes(report):
    assert "right.py" not in report, report


def test_every_wrong_line_is_reported(report):
    first = HEAD.count("\n") + 1
    errors = dict(re.findall(r"^wrong\.py:(\d+): error: .*\[([\w-]+)\]$", report, re.MULTILINE))
    assert errors == {str(line): code for line, code in enumerate(WRONG.values(), first)}, report
