"""Exported functions are those of the model, for any number of sequences and frames, and need jax alone."""

import datetime
import json
import re
import subprocess
import sys

import jax
import jax.numpy as jnp
import jaxtyping
import numpy as np
import pytest
from scipy.stats import norm

import swn_jax
from swn_jax.release.card import USE_FUNCTIONS
from swn_jax.release.functions import expiry, exported
from swn_jax.types import Batch

FRAME = 3
SMALL = {
    "lstm": dict(width=6, cells=6), "srnn": dict(width=6, cells=6, latent=2), "storn": dict(width=6, cells=6, latent=2),
    "swavenet": dict(layers=2, width=6, latent=2, norm="batch"), "vrnn": dict(width=6, cells=6, latent=2),
    "wavenet": dict(layers=2, width=6, dtype="bfloat16"), "zforcing": dict(width=6, cells=6, latent=2),
}  # fmt: skip
FOREIGN = "assert not {'flax', 'swn_jax', 'optax', 'safetensors'} & set(__import__('sys').modules)\n"


def made(recipe):
    """A model with variables away from the start near zero, so that every part of it matters."""
    model = swn_jax.build(
        recipe.model, recipe.frame, likelihood=swn_jax.likelihood(**recipe.likelihood), **recipe.fields
    )
    variables = model.init(jax.random.key(0))
    leaves, tree = jax.tree.flatten(variables)
    keys = jax.random.split(jax.random.key(1), len(leaves))
    moved = [a + 0.2 * jax.random.normal(k, a.shape) for a, k in zip(leaves, keys, strict=True)]
    return model, jax.tree.unflatten(tree, moved)


def sequences(model, rows, frames):
    draws = np.random.RandomState(rows)
    shapes = (rows, frames, model.frame), (rows, model.frame), (rows, frames, sum(model.latents))
    x, before, noise = (jnp.asarray(draws.normal(size=shape), jnp.float32) for shape in shapes)
    mask = jnp.ones((rows, frames)).at[0, frames // 2 :].set(0)  # the first sequence is shorter
    return Batch(x, mask, before), noise


# two of them every day: a model with a scan over time, and one without
@pytest.mark.parametrize("name", [
    pytest.param(name, marks=[pytest.mark.slow] * (name not in ("swavenet", "srnn"))) for name in SMALL
])  # fmt: skip
def test_exported_functions_are_those_of_the_model(name):
    model, variables = made(swn_jax.Recipe(name, FRAME, SMALL[name]))
    functions = exported(model, variables, platforms=["cpu"])

    def bounds(batch, noise):
        terms, _ = model.terms(variables, batch, noise)
        one_draw = jax.tree.map(lambda a: a[None], terms)
        return {"elbo": swn_jax.elbo(terms, batch.mask), "log_weight": swn_jax.iwae(one_draw, batch.mask)}

    rows, frames = 3, 5
    batch, noise = sequences(model, rows, frames)
    close(functions["log_prob"].call(*batch[:3], noise), jax.jit(bounds)(batch, noise))
    carry = functions["start"].call(batch.before)
    jax.tree.map(np.testing.assert_array_equal, carry, model.carry(batch.before))
    step = jax.jit(model.step)
    for t in range(frames):
        arguments = carry, batch.x[:, t], noise[:, t]
        carry, params = functions["step"].call(*arguments)
        close((carry, params), step(variables, *arguments))
    key = jax.random.key(5)
    for temperature in (0.5, 1.0):
        x = functions["draw"].call(key, params, batch.x[:, :1], jnp.float32(temperature))
        close(x, model.likelihood.sample({}, key, params, batch.x[:, :1], temperature))


def close(got, wanted):
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6), got, wanted)


@pytest.mark.parametrize("name", ["lstm", "swavenet"])
def test_a_sequence_is_scored_alike_in_any_company(name):
    model, variables = made(swn_jax.Recipe(name, FRAME, SMALL[name]))
    log_prob = exported(model, variables, platforms=["cpu"])["log_prob"].call
    batch, noise = sequences(model, 4, 6)
    alone = log_prob(batch.x[:1, :3], batch.mask[:1, :3], batch.before[:1], noise[:1, :3])  # the rest is padding
    assert float(batch.mask[0].sum()) == 3
    close(alone, jax.tree.map(lambda a: a[:1], log_prob(*batch[:3], noise)))


@pytest.mark.parametrize(
    ("inputs", "frame", "density"),
    [
        ("features", 16, "gaussian"), ("frame", 40, "linear_prediction"),
        *(pytest.param(*case, marks=pytest.mark.slow) for case in (
            ("voice", 20, "gaussian"), ("frame", 40, "samplewise"), ("frame", 40, "source_filter"))),
    ],
)  # fmt: skip
def test_models_and_densities_of_sound_are_exported_too(inputs, frame, density):
    fields = dict(SMALL["swavenet"], norm="layer", inputs=inputs)
    model, variables = made(swn_jax.Recipe("swavenet", frame, fields, {"name": density}))
    functions = exported(model, variables, platforms=["cpu"])
    batch, noise = sequences(model, 3, 5)
    terms, _ = jax.jit(model.terms)(variables, batch, noise)
    close(functions["log_prob"].call(*batch[:3], noise)["elbo"], swn_jax.elbo(terms, batch.mask))
    arguments = model.carry(batch.before), batch.before, noise[:, 0]
    close(functions["step"].call(*arguments), jax.jit(model.step)(variables, *arguments))


@pytest.mark.slow
def test_a_density_that_is_told_its_period_is_exported_too():
    """Its period goes with the condition into `step`, and from there into `draw`."""
    small = dict(SMALL["swavenet"], condition=2)
    model, variables = made(swn_jax.Recipe("swavenet", 40, small, {"name": "source_filter", "period": "told"}))
    functions = exported(model, variables, platforms=["cpu"])
    batch, noise = sequences(model, 3, 5)
    given = jnp.abs(jax.random.normal(jax.random.key(2), (3, 5, 2)))
    _, params = functions["step"].call(model.carry(batch.before), batch.before, noise[:, 0], given[:, 0])
    np.testing.assert_array_equal(params[:, -1], given[:, 0, -1])
    past = jax.random.normal(jax.random.key(3), (3, model.likelihood.memory(40), 40))
    x = functions["draw"].call(jax.random.key(4, impl="threefry2x32"), params, past, 1.0)
    drawn = [functions["draw"].call(jax.random.key(4, impl="threefry2x32"), params.at[:, -1].set(period), past, 1.0)
             for period in (0.0, 0.5)]  # fmt: skip
    assert x.shape == (3, 40)
    assert not np.array_equal(*drawn)
    terms, _ = jax.jit(model.terms)(variables, batch._replace(condition=given), noise)
    close(functions["log_prob"].call(*batch[:3], noise, given)["elbo"], swn_jax.elbo(terms, batch.mask))


def test_without_latents_log_prob_is_the_density_of_the_steps():
    functions = exported(*made(swn_jax.Recipe("lstm", FRAME, SMALL["lstm"])), platforms=["cpu"])
    x, before = np.random.RandomState(0).normal(size=(2, 5, FRAME)).astype(np.float32), np.zeros((2, FRAME), np.float32)
    carry, given, total = functions["start"].call(before), before, np.zeros(2)
    for t in range(5):
        carry, params = functions["step"].call(carry, given, np.zeros((2, 0), np.float32))
        given = x[:, t]
        mean, log_scale = np.split(np.asarray(params, np.float64), 2, axis=-1)
        total += norm.logpdf(given, mean, np.exp(log_scale)).sum(-1)  # far from the bounds of the scales
    got = functions["log_prob"].call(x, np.ones((2, 5), np.float32), before, np.zeros((2, 5, 0), np.float32))
    np.testing.assert_allclose(got["elbo"], total, rtol=1e-5)
    np.testing.assert_array_equal(got["elbo"], got["log_weight"])


@pytest.fixture
def unchecked(monkeypatch):
    """jaxtyping cannot compare a broadcast axis with a symbol."""
    monkeypatch.setattr(jaxtyping.config, "jaxtyping_disable", True)


@pytest.mark.usefixtures("unchecked")
def test_the_density_of_the_pen_is_exported_too():
    recipe = swn_jax.Recipe("wavenet", 3, dict(layers=2, width=6), dict(name="pen", components=2))
    model, variables = made(recipe)
    params = jax.random.normal(jax.random.key(2), (4, model.likelihood.size(3)))
    past = jnp.zeros((4, 1, 3))
    x = exported(model, variables, platforms=["cpu"])["draw"].call(jax.random.key(3), params, past, jnp.float32(0.7))
    np.testing.assert_allclose(x, model.likelihood.sample({}, jax.random.key(3), params, past, 0.7), rtol=1e-5)
    assert set(np.unique(x[:, 0])) <= {0.0, 1.0}


@pytest.mark.slow
def test_a_density_with_memory_is_exported_too():
    recipe = swn_jax.Recipe("wavenet", FRAME, dict(layers=2, width=6), dict(name="linear_prediction", order=5))
    model, variables = made(recipe)
    functions = exported(model, variables, platforms=["cpu"])
    params, past = (jax.random.normal(jax.random.key(n), (4, *shape)) for n, shape in ((2, (11,)), (3, (2, FRAME))))
    x = functions["draw"].call(jax.random.key(3), params, past, jnp.float32(0.7))
    np.testing.assert_allclose(x, model.likelihood.sample({}, jax.random.key(3), params, past, 0.7), rtol=1e-5)
    batch, noise = sequences(model, 3, 5)
    elbo = swn_jax.elbo(model.terms(variables, batch, noise)[0], batch.mask)
    np.testing.assert_allclose(functions["log_prob"].call(*batch[:3], noise)["elbo"], elbo, rtol=1e-5)


@pytest.mark.usefixtures("unchecked")
def test_a_density_of_integers_is_exported_too():
    density = dict(name="logistic_mixture", components=2, encoding="mulaw8", scale=500.0, shift=0.5)
    model, variables = made(swn_jax.Recipe("wavenet", FRAME, dict(layers=2, width=6), density))
    functions = exported(model, variables, platforms=["cpu"])
    batch, noise = sequences(model, 3, 5)
    terms, _ = model.terms(variables, batch, noise)
    close(functions["log_prob"].call(*batch[:3], noise)["elbo"], swn_jax.elbo(terms, batch.mask))
    params, past = jax.random.normal(jax.random.key(2), (4, model.likelihood.size(FRAME))), jnp.zeros((4, 1, FRAME))
    x = functions["draw"].call(jax.random.key(3), params, past, jnp.float32(1))
    raw = np.asarray(x) * 500 + 0.5
    np.testing.assert_allclose(raw, np.rint(raw), atol=1e-2)


def test_every_platform_is_lowered_for_and_other_shapes_are_refused():
    functions = exported(*made(swn_jax.Recipe("swavenet", FRAME, SMALL["swavenet"])))
    # lowered, not run: there is no accelerator here
    assert {f.platforms for f in functions.values()} == {("cpu", "cuda", "tpu")}
    with pytest.raises(ValueError, match="Shape mismatch"):
        functions["start"].call(jnp.zeros((2, FRAME + 1)))


def test_the_axis_of_sequences_in_a_carry_is_found():
    model = swn_jax.build("swavenet", FRAME, layers=2, width=3, latent=2)  # a ring of 3 slots and 3 channels
    shapes = [a.shape for a in jax.tree.leaves(jax.eval_shape(model.carry, jnp.zeros((77, FRAME))))]
    assert shapes == [(), (2, 77, 3), (3, 77, 3)]


def test_files_run_where_there_is_jax_alone(tmp_path):
    """The words of the model card, as they stand there, in a process of their own."""
    recipe = swn_jax.Recipe(
        "swavenet", FRAME, dict(layers=2, width=6, latent=2), shift=(0.5,), scale=(1.0, 2.0, 4.0), corpus="c"
    )
    model, variables = made(recipe)
    swn_jax.export_functions(tmp_path, recipe, variables)
    about = json.loads((tmp_path / "functions.json").read_text())
    assert about["functions"]["log_prob"]["takes"]["noise"] == "float32[b, t, 4]"
    assert about["expires"] == expiry(datetime.date.fromisoformat(about["made"])).isoformat()
    assert about["functions"]["step"]["gives"][1] == "float32[b, 6]"
    (code,) = re.findall(r"```python\n(.*?)```", USE_FUNCTIONS, re.DOTALL)
    told = "import numpy as np\nnp.savez('made.npz', raw=raw, bound=bound)\n"
    run = [sys.executable, "-W", "error", "-c", code + FOREIGN + told]
    subprocess.run(run, cwd=tmp_path, check=True, timeout=120)
    with np.load(tmp_path / "made.npz") as made_there:
        got = dict(made_there)

    before = jnp.zeros((2, FRAME))
    x = swn_jax.generate(model, variables, jax.random.key(0), 80, before=before)
    np.testing.assert_allclose(got["raw"], np.asarray(x) * np.array([1, 2, 4]) + 0.5, rtol=1e-3, atol=1e-4)
    noise = jax.random.normal(jax.random.key(1), (2, 80, 4))
    mask = jnp.ones((2, 80))
    terms, _ = model.terms(variables, Batch(x, mask, before), noise)
    np.testing.assert_allclose(got["bound"], swn_jax.elbo(terms, mask), rtol=1e-4)


def test_without_flatbuffers_the_remedy_is_told(tmp_path, monkeypatch):
    for name in [n for n in sys.modules if n.startswith(("flatbuffers", "jax._src.export.serialization"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "flatbuffers", None)
    recipe = swn_jax.Recipe("lstm", FRAME, SMALL["lstm"])
    with pytest.raises(swn_jax.SwnError, match="pip install flatbuffers"):
        swn_jax.export_functions(tmp_path / "none", recipe, made(recipe)[1])
    assert not (tmp_path / "none").exists()
