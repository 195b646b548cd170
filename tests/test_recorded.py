"""Models and densities are what the call says that built them: equal, hashed, pickled and printed by it."""

import functools
import multiprocessing
import pickle
import pydoc

import jax
import jax.numpy as jnp
import numpy as np
import own
import pytest
from small import SIZES, made, some

import swn_jax
from swn_jax import models
from swn_jax.dists import likelihood as densities
from swn_jax.recorded import recorded
from swn_jax.runs.parts import model_of
from swn_jax.train.noise import noise_of

DENSITIES = {name: density for name, density in densities.LIKELIHOODS.items() if name != "pen"}


def feature_model():
    return swn_jax.build("lstm", 16, inputs="features", likelihood=swn_jax.gaussian(floor=-6.0), **SIZES["lstm"])


@pytest.mark.parametrize("name", SIZES)
def test_equal_calls_build_equal_models_that_pickle(name):
    model, again = (swn_jax.build(name, 2, **SIZES[name]) for _ in range(2))
    back = pickle.loads(pickle.dumps(model))
    assert model == again == back
    assert hash(model) == hash(again) == hash(back)
    assert model != swn_jax.build(name, 2, **SIZES[name], likelihood=swn_jax.gaussian(-6.0))
    assert model != model._replace(step=lambda *args: None)
    assert pickle.loads(pickle.dumps(model.terms)) == again.terms != model.trace
    batch, noise = some(model)
    wanted = model.terms(made(name)[1], batch, noise)[0].log_px
    np.testing.assert_array_equal(back.terms(made(name)[1], batch, noise)[0].log_px, wanted)


@pytest.mark.parametrize("name", DENSITIES)
def test_equal_calls_build_equal_densities_that_pickle(name):
    one, again = DENSITIES[name](), swn_jax.likelihood(name)
    assert one == again == pickle.loads(pickle.dumps(one)) == DENSITIES[name](floor=densities.fields_of(name)["floor"])
    assert hash(one) == hash(again)
    assert one != swn_jax.likelihood(name, floor=-5.5)
    assert one != one._replace(size=lambda width: 1)


def test_models_that_read_features_are_recorded_too():
    model = feature_model()
    assert model == feature_model() == pickle.loads(pickle.dumps(model))


def test_a_model_that_is_built_again_is_not_compiled_again():
    traced = []

    @functools.partial(jax.jit, static_argnums=0)
    def bound(model, variables, batch, noise):
        traced.append(model)
        return model.terms(variables, batch, noise)[0].log_px

    variables = made("lstm")[1]
    for _ in range(2):
        model = swn_jax.build("lstm", 2, **SIZES["lstm"])
        batch, noise = some(model)
        bound(model, variables, batch, noise)
        terms = jax.jit(model.terms)
        terms(variables, batch, noise)
    assert len(traced) == 1
    assert terms._cache_size() == 1


def test_a_record_prints_as_its_call():
    model = swn_jax.build("swavenet", 200, layers=3, likelihood=swn_jax.likelihood("gaussian", floor=-6.0))
    assert repr(model) == "swavenet(200, layers=3, likelihood=gaussian(floor=-6.0))"
    assert repr(feature_model()).startswith("build('lstm', 16, inputs='features', likelihood=gaussian(floor=-6.0), ")
    assert repr(model.likelihood) == "gaussian(floor=-6.0)"
    by_hand = model._replace(carry=lambda before: ())
    fields = "frame=200, latents=(100, 100, 100), likelihood=gaussian(floor=-6.0), condition=0, lookahead=6"
    assert repr(by_hand) == f"Model({fields})"


@pytest.mark.parametrize(
    ("name", "told"),
    [("init", "float32"), ("terms", "noise: standard normal [B, T, N]"), ("trace", "arguments and errors are the same"),
     ("carry", "[B, D]"), ("step", "x_prev: the frame before")],
)  # fmt: skip
def test_functions_of_a_model_explain_themselves(name, told):
    assert told in pydoc.render_doc(getattr(feature_model(), name))


def test_builders_inside_of_functions_do_not_pickle():
    @recorded
    def density():
        return own.laplace()

    assert density() == density()
    with pytest.raises(pickle.PicklingError, match="density is no function of a module: define it in one"):
        pickle.dumps(density())


@pytest.fixture
def registered(monkeypatch):
    """The model and the density of a user, forgotten afterwards."""
    monkeypatch.setattr(models, "MODELS", models.MODELS)
    for known, builder, register in (
        (models.MODELS, own.linear, swn_jax.register_model),
        (densities.LIKELIHOODS, own.laplace, swn_jax.register_likelihood),
    ):
        monkeypatch.setitem(known, builder.__name__, None)
        register(builder)


def test_a_registered_model_and_density_are_built_saved_and_loaded(registered, tmp_path):
    density = swn_jax.likelihood("laplace", scale=2.0)
    model = swn_jax.build("linear", 2, width=3, likelihood=density)
    assert model == pickle.loads(pickle.dumps(model)) == swn_jax.build("linear", 2, width=3, likelihood=density)
    recipe = swn_jax.Recipe("linear", 2, dict(width=3), dict(name="laplace", scale=2.0))
    variables = model.init(jax.random.key(0))
    swn_jax.save(tmp_path, recipe, variables)
    loaded = swn_jax.load(tmp_path)
    assert loaded.model == model
    batch, noise = some(model)
    terms = loaded.model.terms(loaded.variables, batch, noise)[0]
    params = model.trace(variables, batch, noise).params
    expected = -(np.abs(batch.x - params) / 2 + np.log(4)).sum(-1)
    np.testing.assert_allclose(terms.log_px, expected, rtol=1e-5)


def test_a_registered_model_and_density_are_in_configs(registered):
    for name, density in (("synthetic_speech:linear", "gaussian"), ("timit:linear_gmm", "mixture")):
        config = swn_jax.configs.get_config(name)
        assert (config.model.name, config.likelihood.name) == ("linear", density)
    config = swn_jax.configs.get_config("timit_sample:linear")
    assert config.model.to_dict() == dict(name="linear", inputs="frame", width=5)
    config.likelihood.name = "laplace"
    assert model_of(config, 4).likelihood == swn_jax.likelihood("laplace")


@pytest.mark.parametrize(("register", "builder", "told"), [
    (swn_jax.register_model, swn_jax.MODELS["lstm"], "found a model 'lstm', which the package has"),
    (swn_jax.register_model, lambda frame, width, likelihood=None: None, r"wanted \(frame, \*, likelihood=None, ...\)"),
    (swn_jax.register_model, lambda frame, *, width=3: None, r"wanted \(frame, \*, likelihood=None, ...\)"),
    (swn_jax.register_likelihood, swn_jax.gaussian, "found a likelihood 'gaussian', which the package has"),
    (swn_jax.register_likelihood, lambda scale: None, "wanted a default for each argument"),
])  # fmt: skip
def test_what_cannot_be_registered_is_refused(register, builder, told):
    with pytest.raises(swn_jax.SwnError, match=told):
        register(builder)


def rows(model):
    return model.frame, jax.tree.leaves(jax.eval_shape(model.init, jax.random.key(0)))[0].shape


@pytest.mark.slow
def test_a_spawned_worker_takes_a_model():
    model = feature_model()
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(rows, (model,)) == rows(model)


def test_a_score_needs_the_memory_of_one_draw_and_is_that_of_all_at_once():
    model, variables = made("swavenet")
    batch, _ = some(model)
    key = jax.random.key(0)
    found = jax.jit(lambda batch: swn_jax.score(model, variables, key, batch, 5))(batch)
    draws = jnp.stack([noise_of(key, k, jnp.arange(4), 3, 4) for k in range(5)])
    terms = jax.vmap(lambda noise: model.terms(variables, batch, noise)[0])(draws)
    np.testing.assert_allclose(found.iwae, swn_jax.iwae(terms, batch.mask), rtol=1e-4)
    np.testing.assert_allclose(swn_jax.log_mean_exp(swn_jax.log_weight(terms, batch.mask)), found.iwae, rtol=1e-4)
    np.testing.assert_allclose(found.elbo, swn_jax.elbo(terms, batch.mask)[0], rtol=1e-4)
