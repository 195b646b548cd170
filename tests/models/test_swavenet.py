"""Stochastic WaveNet a second time in numpy, the reach of its two networks, its size, its choices."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from kept import kept

from swn_jax.errors import SwnError
from swn_jax.models import MODELS, build
from swn_jax.models.swavenet import LOOKAHEADS, Net, swavenet
from swn_jax.types import Batch

FRAME, ROWS, FRAMES = 3, 2, 9


def scattered(init, *args):
    """Weights of the shapes that `init` gives, kernels and vectors in general position; vectors positive."""
    rng = np.random.default_rng(0)
    return jax.tree.map(
        lambda a: 0.2 + np.abs(rng.normal(size=a.shape)) if a.ndim == 1 else
        0.6 * rng.normal(size=a.shape) / np.sqrt(a.shape[0]), jax.eval_shape(init, jax.random.key(0), *args),
    )  # fmt: skip


def single(tree):
    return jax.tree.map(lambda a: jnp.asarray(a, jnp.float32), tree)


# the equations of the docstring, in numpy


def dense(p, x):
    return x @ p["kernel"] + p["bias"]


def relu(x):
    return np.maximum(x, 0)


def mlp(p, x):
    return dense(p["Dense_1"], relu(dense(p["Dense_0"], x))) if "Dense_1" in p else dense(p["Dense_0"], relu(x))


def bounded(raw, low, high):
    return low + np.logaddexp(0, high - np.logaddexp(0, high - raw) - low)


def normed(p, stats, x):
    if not p:
        return x
    if stats:
        p, stats = p["BatchNorm_0"], stats["BatchNorm_0"]
        return (x - stats["mean"]) / np.sqrt(stats["var"] + 1e-5) * p["scale"] + p["bias"]
    p = p["LayerNorm_0"]
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-6) * p["scale"] + p["bias"]


def gated(p, stats, past, now, gate):
    f, g = np.split(dense(p["taps"], np.concatenate([past, now], -1)), 2, axis=-1)
    f, g = (normed(p.get(f"norm_{n}"), stats and stats[f"norm_{n}"], a) for n, a in (("f", f), ("g", g)))
    out = np.tanh(f) * (g if gate == "linear" else 1 / (1 + np.exp(-g)))
    if "residual" not in p:
        return out
    return out + normed(p.get("norm_r"), stats and stats["norm_r"], dense(p["residual"], now))


def moved(x, frames):
    """`x[t + frames]`, zero outside of the sequence."""
    at = np.arange(x.shape[1]) + frames
    return np.where(((at >= 0) & (at < x.shape[1]))[:, None], x[:, np.clip(at, 0, x.shape[1] - 1)], 0)


def in_numpy(variables, batch, noise, *, layers, stochastic, offsets, gate, residual_mean, infer, released):
    """Likelihood parameters, log p(x), KL and ratio of each latent number."""
    p, stats = variables["params"], variables.get("batch_stats")
    mask = batch.mask[..., None]
    x = batch.x * mask
    embedded = dense(p["embed_u"], x) if released else relu(dense(p["embed_x"], x))
    b, features = embedded * mask, {}
    for i in range(stochastic):
        name = f"reverse_{i}"
        b = gated(p[name], stats and stats[name], moved(b, offsets[i]), b, gate) * mask
        features[layers - 1 - i] = mlp(p[f"features_{i}"], np.concatenate([b, embedded], -1)) if released else b
    d = relu(dense(p["embed_u"], np.concatenate([batch.before[:, None], x[:, :-1]], 1)))
    skips, kls, ratios, used = mlp(p["skip"], d) if released else 0, [], [], 0
    out_of = mlp if released else dense
    for l in range(layers):
        q = p[f"causal_{l}"]
        h = gated(q["gated"], stats and stats[f"causal_{l}"]["gated"], moved(d, -(2**l)), d, gate)
        if l < layers - stochastic:
            d, skips = h, skips + out_of(q["skip"], h)
            continue
        mean_p, raw_p = np.split(mlp(q["prior"]["Head_0"], h), 2, axis=-1)
        mean, log_p = mean_p, bounded(raw_p, -8, 8)
        log = log_p
        if infer:
            out = mlp(q["posterior"]["Head_0"], np.concatenate([h, features[l]], -1))
            mean, raw = np.split(out, 2, axis=-1)
            mean, log = mean + mean_p * residual_mean, bounded(raw, -8, 8)
        size = mean.shape[-1]
        e = noise[..., used : used + size]
        used += size
        z = mean + np.exp(log) * e
        kls.append(log_p - log + (np.exp(2 * log) + (mean - mean_p) ** 2) / (2 * np.exp(2 * log_p)) - 0.5)
        ratios.append(log_p - log + 0.5 * ((z - mean_p) / np.exp(log_p)) ** 2 - 0.5 * e**2)
        hz = np.concatenate([h, z], -1)
        d, skips = out_of(q["f2"], hz), skips + out_of(q["skip"], hz)
    o = relu(dense(p["emission"], relu(skips)))
    params = dense(p["head"], dense(p["mixed"], o)) if released else mlp(p["head"], o)
    mean, raw = np.split(params, 2, axis=-1)
    log = bounded(raw, -12, 12)
    log_px = (-log - 0.5 * ((x - mean) / np.exp(log)) ** 2 - 0.5 * np.log(2 * np.pi)).sum(-1)
    none = np.zeros((*noise.shape[:2], 0))
    return log_px, np.concatenate([none, *kls], -1), np.concatenate([none, *ratios], -1)


VARIANTS = {
    "default": {},
    "released": dict(form="released", gate="linear", norm="batch", lookahead="released", residual_mean=False, hidden=4),
    "ink": dict(form="released", stochastic=1, hidden=0),
    "top": dict(stochastic=1, hidden=4, lookahead="paper"),
    "bare": dict(norm="none", residual=False, stochastic=0),
}


@pytest.mark.parametrize("infer", [True, False])
@pytest.mark.parametrize("fields", VARIANTS.values(), ids=VARIANTS)
def test_the_model_is_its_equations(fields, infer):
    layers = 3
    model = swavenet(FRAME, layers=layers, width=5, latent=2, **fields)
    rng = np.random.default_rng(5)
    mask = (np.arange(FRAMES) < np.array([[FRAMES], [6]])).astype(np.float64)
    batch = Batch(rng.normal(size=(ROWS, FRAMES, FRAME)), mask, rng.normal(size=(ROWS, FRAME)))
    noise = rng.normal(size=(ROWS, FRAMES, sum(model.latents)))
    variables = scattered(model.init)
    reach = LOOKAHEADS[fields.get("lookahead", "exact")]([2**l for l in range(layers)])
    log_px, kl, ratio = in_numpy(
        variables, batch, noise, layers=layers, stochastic=fields.get("stochastic", layers), offsets=reach,
        gate=fields.get("gate"), residual_mean=fields.get("residual_mean", True), infer=infer,
        released=fields.get("form") == "released",
    )  # fmt: skip
    run = jax.jit(functools.partial(model.terms, infer=infer))
    terms, _ = run(*single((variables, batch, noise)))
    for a, b in zip(terms, (log_px, kl, ratio), strict=False):
        np.testing.assert_allclose(np.asarray(a)[mask > 0], b[mask > 0], rtol=1e-4, atol=1e-4)
    with jax.enable_x64(True):
        wide = jax.tree.map(jnp.asarray, (variables, batch, noise))
        terms, _ = run(*wide)
        for a, b in zip(terms, (log_px, kl, ratio), strict=False):
            np.testing.assert_allclose(np.asarray(a)[mask > 0], b[mask > 0], rtol=1e-10, atol=1e-10)


# lookahead: eight-bit sets of offsets, exactly


def sums_of(parts: list[int]) -> set[int]:
    """All sums of distinct parts."""
    return {sum(part for i, part in enumerate(parts) if bits >> i & 1) for bits in range(2 ** len(parts))}


def expected(lookahead: str, layers: int) -> list[set[int]]:
    """The frames ahead that b sees, by layer, lowest first."""
    above = [[2**k for k in range(l + 1, layers)] for l in range(layers)]  # dilations above a layer
    extra = {"exact": [[]] * layers, "paper": [[2**layers]] * layers, "released": [[2**l] for l in range(layers)]}
    return [sums_of(a + e) for a, e in zip(above, extra[lookahead], strict=True)]


def net_of(layers: int, lookahead: str) -> Net:
    return Net(
        outputs=2, dilations=tuple(2**l for l in range(layers)), width=5, latents=(1,) * layers, hidden=4,
        released=False, offsets=tuple(LOOKAHEADS[lookahead]([2**l for l in range(layers)])), gate="sigmoid",
        norm="none", residual=True, log_scale_bounds=(-8.0, 8.0), residual_mean=True, dtype=jnp.float32, remat=False,
    )  # fmt: skip


@kept
def features_see(layers: int, lookahead: str) -> list[set[int]]:
    """The same by gradient: which frames of x change b at the first frame."""
    net, frames = net_of(layers, lookahead), 2 ** (layers + 1) + 2
    x = jnp.asarray(np.random.default_rng(0).normal(size=(1, frames, 1)).astype(np.float32))
    batch = Batch(x, jnp.ones((1, frames)), jnp.zeros((1, 1)))
    variables = single(scattered(net.init, batch, jnp.zeros((1, frames, layers))))

    def features(x):
        return jnp.stack(net.apply(variables, batch._replace(x=x), method=Net.infer))[:, 0, 0]

    seen = np.asarray(jax.jit(jax.jacrev(features))(x)).reshape(layers, 5, frames)
    return [set(np.flatnonzero(np.abs(seen[l]).sum(0)).tolist()) for l in range(layers)]


@pytest.mark.parametrize("layers", [4, 5])
@pytest.mark.parametrize("lookahead", sorted(LOOKAHEADS))
def test_the_backward_features_see_just_these_frames(lookahead, layers):
    assert features_see(layers, lookahead) == expected(lookahead, layers)


def test_the_stated_sets_are_the_published_ones():
    """The table for four layers, written out."""
    assert expected("exact", 4) == [set(range(0, 15, 2)), {0, 4, 8, 12}, {0, 8}, {0}]
    assert expected("released", 4) == [set(range(16)), set(range(0, 15, 2)), {0, 4, 8, 12}, {0, 8}]
    assert expected("paper", 4)[3] == {0, 16}


@pytest.mark.parametrize("layers", [4, 5])
def test_exact_reach_is_what_a_latent_variable_influences(layers):
    """By gradient of the generator: the frames that z_{0,l} changes when x is held."""
    frames = 2**layers + 3
    model = swavenet(1, layers=layers, width=5, latent=1, norm="none")
    x = jnp.asarray(np.random.default_rng(1).normal(size=(1, frames, 1)).astype(np.float32))
    batch = Batch(x, jnp.ones((1, frames)), jnp.zeros((1, 1)))
    variables = single(scattered(model.init))

    def log_px(first, rest):
        noise = jnp.concatenate([first[None, None], rest], axis=1)
        return model.terms(variables, batch, noise, infer=False)[0].log_px[0]

    rest = jax.random.normal(jax.random.key(1), (1, frames - 1, layers))
    changed = np.asarray(jax.jit(jax.jacfwd(log_px))(jnp.full(layers, 0.5), rest))
    influences = [set(np.flatnonzero(changed[:, l]).tolist()) for l in range(layers)]
    assert influences == expected("exact", layers) == features_see(layers, "exact")


# size


def count(tree) -> int:
    return sum(a.size for a in jax.tree.leaves(tree))


@pytest.mark.parametrize(
    ("frame", "layers", "stochastic", "width", "latent", "hidden", "norm", "residual"),
    [
        (3, 3, 3, 7, 2, 5, "layer", True),
        (4, 3, 1, 6, 3, 6, "none", True),
        (2, 2, 2, 5, 1, 4, "batch", False),
        (5, 2, 0, 4, 9, 8, "layer", True),
    ],
)
def test_the_number_of_parameters(frame, layers, stochastic, width, latent, hidden, norm, residual):
    def linear(a, b):
        return a * b + b

    def perceptron(a, hidden, b):
        return linear(a, hidden) + linear(hidden, b)

    maps = 2 + residual
    unit = linear(2 * width, 2 * width) + residual * linear(width, width) + (norm != "none") * maps * 2 * width
    deterministic = unit + linear(width, width)
    drawn = (
        2 * unit + 2 * linear(width + latent, width)
        + perceptron(width, hidden, 2 * latent) + perceptron(2 * width, hidden, 2 * latent)
    )  # fmt: skip
    total = (
        2 * linear(frame, width) + linear(width, width) + perceptron(width, width, 2 * frame)
        + (layers - stochastic) * deterministic + stochastic * drawn
    )  # fmt: skip
    model = swavenet(frame, layers=layers, stochastic=stochastic, width=width, latent=latent, hidden=hidden, norm=norm,
                     residual=residual)  # fmt: skip
    assert model.latents == (latent,) * stochastic
    assert count(jax.eval_shape(model.init, jax.random.key(0))["params"]) == total


# the start


def test_training_starts_at_the_prior_and_at_unit_scale():
    """With fresh weights the KL is near zero and log p(x) near that of the standard normal."""
    model = swavenet(20, layers=3, width=16, latent=4)
    x = jnp.asarray(np.random.default_rng(0).normal(size=(4, 8, 20)).astype(np.float32))
    batch = Batch(x, jnp.ones((4, 8)), jnp.zeros((4, 20)))
    variables = model.init(jax.random.key(0))
    terms, _ = jax.jit(model.terms)(variables, batch, jax.random.normal(jax.random.key(1), (4, 8, 12)))
    assert np.asarray(terms.kl).max() < 0.01
    standard = -0.5 * np.asarray(x**2).sum(-1) - 10 * np.log(2 * np.pi)
    np.testing.assert_allclose(terms.log_px, standard, rtol=0.05)


def test_recomputing_layers_changes_no_gradient():
    batch = Batch(jnp.ones((1, 5, 2)), jnp.ones((1, 5)), jnp.zeros((1, 2)))
    noise = jax.random.normal(jax.random.key(0), (1, 5, 2))
    grads = []
    for remat in (False, True):
        model = swavenet(2, layers=1, width=4, latent=2, remat=remat)
        variables = single(scattered(model.init))

        def loss(variables, model=model):
            terms, _ = model.terms(variables, batch, noise, train=True)
            return terms.log_px.sum() - terms.kl.sum()

        compiled = jax.jit(jax.grad(loss)).trace(variables)
        assert ("remat" in str(compiled.jaxpr)) is remat
        grads.append(compiled.lower().compile()(variables))
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-4), *grads)


def test_narrow_products_stay_near_the_wide_ones():
    batch = Batch(jnp.ones((2, 5, 4)), jnp.ones((2, 5)), jnp.zeros((2, 4)))
    noise = jax.random.normal(jax.random.key(0), (2, 5, 4))
    wide, narrow = (swavenet(4, layers=2, width=16, latent=2, dtype=dtype) for dtype in ("float32", "bfloat16"))
    variables = wide.init(jax.random.key(0))
    a, b = (jax.jit(model.terms)(variables, batch, noise)[0] for model in (wide, narrow))
    assert b.log_px.dtype == jnp.float32
    assert (np.asarray(a.log_px) != np.asarray(b.log_px)).any()
    np.testing.assert_allclose(a.log_px, b.log_px, rtol=0.01)
    np.testing.assert_allclose(a.kl, b.kl, atol=2e-3)


@pytest.mark.parametrize(
    ("width", "latent", "layers", "published"),
    [(1024, 512, 4, 73_075_600), (512, 100, 5, 16_961_896), (1024, 100, 5, 60_881_768), (512, 500, 5, 34_829_896)],
)
def test_the_released_form_has_the_size_of_the_released_code(width, latent, layers, published):
    model = swavenet(200, layers=layers, width=width, latent=latent, hidden=latent, form="released", norm="batch")
    assert count(jax.eval_shape(model.init, jax.random.key(0))["params"]) == published


# choices


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (dict(stochastic=6), "stochastic=6 of 5 layers: wanted 0 to 5"),
        (dict(stochastic=-1), "wanted 0 to 5"),
        (dict(layers=0), "layers=0: wanted 1 or more"),
        (dict(width=-3), "width=-3: wanted 1 or more"),
        (dict(hidden=-1), "hidden=-1: wanted 0 or more"),
        (dict(form="realeased"), "did you mean 'released'"),
        (dict(gate="sigmod"), "did you mean 'sigmoid'"),
        (dict(norm="layers"), "did you mean 'layer'"),
        (dict(lookahead="exakt"), "did you mean 'exact'"),
        (dict(dtype="float16"), "there is no dtype 'float16'"),
        (dict(widht=3), "there is no field of swavenet 'widht': did you mean 'width'"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_what_makes_no_model(fields, message):
    with pytest.raises(SwnError, match=message):
        build("swavenet", 3, **fields)


def test_models_by_name():
    assert build("swavenet", 3, layers=1, latent=2).latents == (2,)
    with pytest.raises(SwnError, match="did you mean 'swavenet'"):
        build("swavnet", 3)
    with pytest.raises(SwnError, match="frame=0"):
        build("swavenet", 0)
    assert set(MODELS) >= {"swavenet"}
