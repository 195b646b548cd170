"""Every model under every property that a model must have."""

import functools

import pytest
from contract import (
    BY_SOUND,
    CONDITIONED,
    FRAMES,
    PROPERTIES,
    case,
    close,
    no_frame_sees_the_future,
    padding_is_invisible,
    real,
    rig,
    stepped_is_parallel_in_float64,
    stretches_are_the_whole,
    the_past_reaches_as_far_as_declared,
)
from daily import daily

from swn_jax.dists.likelihood import increments, linear_prediction, samplewise, source_filter
from swn_jax.models import MODELS, build
from swn_jax.models.lstm import lstm
from swn_jax.models.srnn import srnn
from swn_jax.models.storn import storn
from swn_jax.models.swavenet import swavenet
from swn_jax.models.vrnn import vrnn
from swn_jax.models.wavenet import wavenet
from swn_jax.models.zforcing import zforcing

SMALL = dict(layers=2, width=6, latent=2)
SAMPLEWISE = samplewise(order=2, history=6, pitch=0, block=2, window=3, units=16, components=2)
SOURCE_FILTER = source_filter(order=2, gains=1, history=6, pitch=0, block=2, window=8, units=16, components=2)
CASES = [
    case("swavenet", swavenet, 8, layers=3, width=6, latent=2),
    case("swavenet:top", swavenet, 4, **SMALL, stochastic=1, hidden=5, lookahead="paper"),
    case("swavenet:none", swavenet, 4, **SMALL, stochastic=0),
    case(
        "swavenet:released",
        swavenet,
        4,
        **SMALL,
        form="released",
        gate="linear",
        norm="batch",
        lookahead="released",
        residual_mean=False,
    ),
    case("swavenet:ink", swavenet, 8, layers=3, width=6, latent=3, stochastic=1, form="released"),
    case("swavenet:bare", swavenet, 4, **SMALL, norm="none", residual=False),
    case("swavenet:remat", swavenet, 4, **SMALL, remat=True),
    case("swavenet:samplewise", swavenet, 9, **SMALL, likelihood=SAMPLEWISE),
    case("swavenet:source_filter", swavenet, 5, **SMALL, likelihood=SOURCE_FILTER),
    case("swavenet:linear_prediction", swavenet, 4, **SMALL, likelihood=linear_prediction(order=3, gains=1)),
    case(
        "swavenet:features", functools.partial(build, "swavenet"), 4, **SMALL, norm="batch", frame=16, inputs="features"
    ),
    case(
        "vrnn:features",
        functools.partial(build, "vrnn"),
        None,
        depth=1,
        width=5,
        cells=6,
        latent=3,
        frame=16,
        inputs="features",
    ),
    case("wavenet", wavenet, 8, layers=3, width=6),
    case("wavenet:blocks", wavenet, 7, layers=2, blocks=2, width=6, residual="identity", norm="none"),
    case("wavenet:released", wavenet, 4, layers=2, width=6, gate="linear", norm="batch", remat=True),
    case("lstm", lstm, None, width=5, cells=6),
    case("lstm:deep", lstm, None, width=6, cells=5, layers=2),
    case("lstm:linear_prediction", lstm, None, width=5, cells=6, likelihood=linear_prediction(order=3)),
    case("lstm:increments", lstm, None, width=5, cells=6, likelihood=increments()),
    case("storn", storn, None, width=5, cells=6, latent=3),
    case("vrnn", vrnn, None, depth=2, width=5, cells=6, latent=3),
    case("vrnn:standard", vrnn, None, depth=1, width=6, cells=5, latent=2, prior="standard"),
    case("srnn", srnn, None, width=5, cells=6, latent=3),
    case("srnn:filter", srnn, None, width=6, cells=5, latent=2, posterior="filter", residual_mean=False),
    case("zforcing", zforcing, None, width=5, cells=6, latent=3),
    case("zforcing:norm", zforcing, None, width=6, cells=5, latent=2, cond_ln=True, aux=False),
]
VOICE = case("swavenet:voice", functools.partial(build, "swavenet"), BY_SOUND, **SMALL, frame=40, inputs="voice")
CELLS = dict(width=5, cells=6)
TOLD = source_filter(order=2, gains=1, history=6, pitch=200, block=4, window=8, units=16, components=2, period="told")
GIVEN = [
    case(f"{name}:given", functools.partial(build, name), None, condition=3, **sizes)
    for name, sizes in {
        "swavenet": dict(SMALL, likelihood=linear_prediction(order=3, gains=1)),
        "wavenet": dict(layers=2, width=6, norm="batch"),
        "lstm": CELLS,
        **{name: dict(CELLS, latent=3) for name in ("storn", "vrnn", "srnn", "zforcing")},
    }.items()
] + [
    case("swavenet:given features", functools.partial(build, "swavenet"), None, condition=2, **SMALL, frame=16,
         inputs="features"),
    case("swavenet:told", functools.partial(build, "swavenet"), None, condition=2, **SMALL, frame=16, inputs="features",
         likelihood=TOLD),
]  # fmt: skip


@pytest.mark.parametrize("prop", PROPERTIES, ids=lambda prop: prop.__name__)
@pytest.mark.parametrize("model", CASES, ids=repr)
def test_contract(model, prop):
    prop(rig(model))


@pytest.mark.parametrize("prop", daily([
    stepped_is_parallel_in_float64, no_frame_sees_the_future, padding_is_invisible,
    the_past_reaches_as_far_as_declared, stretches_are_the_whole,
], stepped_is_parallel_in_float64), ids=lambda prop: prop.__name__)  # fmt: skip
def test_contract_of_a_voice(prop):
    """What its inputs may break; the rest is that of any features, at a tenth of the time."""
    prop(rig(VOICE))


@pytest.mark.parametrize("prop", CONDITIONED, ids=lambda prop: prop.__name__)
@pytest.mark.parametrize("model", GIVEN, ids=repr)
def test_contract_given_a_condition(model, prop):
    prop(rig(model))


@pytest.mark.parametrize("name", ["swavenet:samplewise", "vrnn:features", "storn", "srnn", "srnn:given"])
def test_stretches_of_what_is_read(name):
    """What was read reaches over the seams, and what a posterior sees or a density remembers is the frames."""
    found = rig({case.name: case for case in CASES + GIVEN}[name])
    whole, joined = found.cut(FRAMES if found.model.lookahead is None else found.model.lookahead, found.batch.x + 0.3)
    close(real(joined, found.batch.mask), real(whole, found.batch.mask), 1e-9)


@pytest.mark.parametrize("cases", [CASES, GIVEN])
def test_every_model_has_a_case(cases):
    assert {model.name.split(":")[0] for model in cases} == set(MODELS)
