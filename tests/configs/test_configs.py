"""Every preset is a model that builds, of the stated size; where a paper's code has a known size, it is that one."""

import jax
import pytest

from swn_jax.configs import blizzard, get_config, iamondb, timit, timit_sample
from swn_jax.configs.systems import SYSTEMS
from swn_jax.corpora import CORPORA
from swn_jax.errors import SwnError
from swn_jax.runs.parts import model_of, optimizer_of

PRESETS = {"timit": timit.PRESETS, "blizzard": blizzard.PRESETS, "iamondb": iamondb.PRESETS}
WITHOUT = {"timit/listed", "timit/speakers"}  # other splits of timit, by --config.dataset


def count(config, frame):
    variables = jax.eval_shape(model_of(config, frame).init, jax.random.key(0))
    return sum(a.size for a in jax.tree.leaves(variables["params"]))


def test_every_corpus_has_a_config_of_its_name():
    for name in set(CORPORA) - WITHOUT:
        assert get_config(name).dataset == name


@pytest.mark.parametrize("corpus", PRESETS)
def test_every_system_has_a_preset_of_the_stated_size(corpus):
    presets = PRESETS[corpus]
    assert set(presets) == set(SYSTEMS)
    for system, preset in presets.items():
        config = get_config(f"{corpus}:{system}")
        assert count(config, 3 if corpus == "iamondb" else 200) == preset.parameters, system
        assert preset.source
        optimizer_of(config, 1000)


@pytest.mark.parametrize(("corpus", "system", "published"), [
    # counted from the shapes of the published code; an LSTM of PyTorch has its 4 H biases twice
    ("timit", "wavenet_gmm", 14_921_440),
    ("timit", "released", 73_075_600),
    ("blizzard", "released", 73_075_600),
    ("iamondb", "released", 2_217_606),
    ("timit", "rnn_gmm", 18_280_160 - 4 * 512),
    ("blizzard", "rnn_gmm", 13_608_672 - 4 * 1024),
    # it also predicts frames from the backward states, with a weight of 0: a head of 2 D outputs
    ("timit", "zforcing_aux", 19_556_640 - 2 * 4 * 1024 - 1025 * 400),
    ("blizzard", "zforcing_aux", 74_763_040 - 2 * 4 * 2048 - 2049 * 400),
])  # fmt: skip
def test_sizes_of_published_code(corpus, system, published):
    assert PRESETS[corpus][system].parameters == published


def test_systems_that_are_compared_have_sizes_alike():
    sizes = {system: count(get_config(f"timit_sample:{system}"), 200) for system in SYSTEMS}
    assert set(timit_sample.SIZES) == set(SYSTEMS)
    for system, size in sizes.items():
        assert size == pytest.approx(sizes["swavenet"], rel=0.03), system


@pytest.mark.parametrize("corpus", sorted(set(CORPORA) - WITHOUT - set(PRESETS)))
def test_every_system_goes_with_every_corpus(corpus):
    frame = 3 if "ink" in corpus else 60
    for system in SYSTEMS:
        config = get_config(f"{corpus}:{system}")
        assert model_of(config, frame).frame == frame


def test_a_system_that_is_not_there():
    with pytest.raises(SwnError, match="no preset of timit 'swavnet': did you mean 'swavenet'"):
        get_config("timit:swavnet")
    with pytest.raises(SwnError, match="no system 'vrn': did you mean 'vrnn'"):
        get_config("synthetic_ink:vrn")
