"""One policy: what a model gives has the common dtype of its variables and inputs, whatever jax's default is."""

import jax
import jax.numpy as jnp
import pytest
from small import FRAME, SIZES, made, some

import swn_jax
from swn_jax.dists.likelihood import (
    increments,
    linear_prediction,
    logistic_mixture,
    low_rank,
    mixture,
    samplewise,
    source_filter,
)

DENSITIES = {
    "linear_prediction": linear_prediction(order=3), "logistic_mixture": logistic_mixture(components=2),
    "increments": increments(), "low_rank": low_rank(1), "mixture": mixture(2),
    "mulaw": logistic_mixture(components=2, encoding="mulaw8"),
    "samplewise": samplewise(order=2, history=6, pitch=0, block=2, window=3, units=4, components=2),
    "source_filter": source_filter(
        order=2, gains=1, history=6, pitch=0, block=2, window=3, units=4, components=2
    ),
}  # fmt: skip
CASES = {
    **{name: (name, {}) for name in SIZES},
    "swavenet:batch": ("swavenet", dict(norm="batch")), "lstm:narrow": ("lstm", dict(dtype="bfloat16")),
    **{f"lstm:{name}": ("lstm", dict(likelihood=density)) for name, density in DENSITIES.items()},
}  # fmt: skip
KINDS = [  # with 64 bits on or off: the dtypes of variables, of inputs and of results
    (True, "float32", "float32", "float32"), (False, "bfloat16", "bfloat16", "bfloat16"),
    (True, "float64", "float32", "float64"), (True, "float32", "float64", "float64"),
    (False, "bfloat16", "float32", "float32"), (False, "float32", "bfloat16", "float32"),
    (False, "float16", "float16", "float16"),
]  # fmt: skip
PAIRS = [(case, *kind) for case in CASES for kind in (KINDS if case == "srnn" else KINDS[:2])]


def cast(tree, dtype):
    return jax.tree.map(lambda a: a.astype(dtype) if jnp.issubdtype(a.dtype, jnp.floating) else a, tree)


def dtypes(tree):
    return {str(a.dtype) for a in jax.tree.leaves(tree) if jnp.issubdtype(a.dtype, jnp.floating)}


@pytest.mark.parametrize(("case", "wide", "variables", "inputs", "wanted"), PAIRS)
def test_results_have_the_common_dtype_of_what_goes_in(case, wide, variables, inputs, wanted):
    name, fields = CASES[case]

    def everything(weights, batch, noise):
        batch = batch._replace(mask=jnp.ones(batch.mask.shape, jnp.float32))  # whatever its dtype is
        key, before, half = jax.random.key(0), batch.before, swn_jax.Temperature(0.5, 0.5)
        return (
            model.terms(weights, batch, noise, train=True),
            model.step(weights, model.carry(before), before, noise[:, 0]),
            swn_jax.continue_(model, weights, key, batch.x, 2, before=before, temperature=half),
            swn_jax.reconstruct(model, weights, key, batch, draw=True),
        )  # fmt: skip

    with jax.enable_x64(wide):
        model, weights = made(name, **fields)
        batch, noise = some(model)
        found = jax.eval_shape(everything, cast(weights, variables), cast(batch, inputs), cast(noise, inputs))
        assert dtypes(found) == {wanted}


@pytest.mark.parametrize("case", CASES)
def test_new_weights_are_single_precision_in_a_program_of_64_bits(case):
    name, fields = CASES[case]
    model, _ = made(name, **fields)
    with jax.enable_x64(True):
        assert dtypes(jax.eval_shape(model.init, jax.random.key(0))) == {"float32"}


def test_bounds_are_summed_in_single_precision_at_least():
    terms = swn_jax.Terms(*(jnp.full((1, 1000, *n), 0.01, jnp.bfloat16) for n in ((), (1,), (1,), (0,))),
                          jnp.zeros((1, 1000), bool))  # fmt: skip
    assert swn_jax.elbo(terms, jnp.ones((1, 1000)), 0.5).dtype == jnp.float32
    assert float(swn_jax.elbo(terms, jnp.ones((1, 1000)), 0.5)[0]) == pytest.approx(5.0, rel=0.01)


@pytest.mark.parametrize("dtype", ["bfloat16", "float16", "float64"])
def test_a_stored_dtype_comes_back(tmp_path, dtype):
    recipe = swn_jax.Recipe("srnn", FRAME, SIZES["srnn"])
    with jax.enable_x64(dtype == "float64"):
        variables = cast(made("srnn")[1], dtype)
        swn_jax.save(tmp_path, recipe, variables)
        found = swn_jax.load(tmp_path).variables
        assert dtypes(found) == {dtype}
        jax.tree.map(lambda a, b: pytest.fail("bits") if (a != b).any() else None, found, variables)


def test_double_precision_is_not_cut_in_silence(tmp_path):
    with jax.enable_x64(True):
        swn_jax.save(tmp_path, swn_jax.Recipe("lstm", FRAME, SIZES["lstm"]), cast(made("lstm")[1], "float64"))
    with pytest.raises(swn_jax.SwnError, match="found float64, which jax has switched off: set JAX_ENABLE_X64=1"):
        swn_jax.load(tmp_path)


def test_releases_load_and_export_in_a_program_of_64_bits(tmp_path):
    model, variables = made("srnn")
    swn_jax.save(tmp_path, swn_jax.Recipe("srnn", FRAME, SIZES["srnn"]), variables)
    with jax.enable_x64(True):
        loaded = swn_jax.load(tmp_path)
        functions = swn_jax.exported(model, loaded.variables, platforms=["cpu"])
        carry, params = functions["step"].call(functions["start"].call(some(model)[0].before), some(model)[0].before,
                                               some(model)[1][:, 0])  # fmt: skip
        assert dtypes((loaded.variables, carry, params)) == {"float32"}
