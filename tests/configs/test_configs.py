"""Every preset is a model that builds, of the stated size; where a paper's code has a known size, it is that one."""

import json

import jax
import pytest
from daily import daily
from ml_collections import ConfigDict

from swn_jax.configs import blizzard, get_config, iamondb, timit, timit_sample
from swn_jax.configs.densities import DENSITIES, Density
from swn_jax.configs.presets import preset_of
from swn_jax.configs.systems import ROWS, SYSTEMS, System, density_of, systems_for
from swn_jax.corpora import CORPORA
from swn_jax.dists.likelihood import fields_of
from swn_jax.errors import SwnError
from swn_jax.runs.optimizer import optimizer_of
from swn_jax.runs.parts import model_of

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
    assert set(presets) == set(ROWS)
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
    sizes = {system: count(get_config(f"timit_sample:{system}"), 200) for system in ROWS}
    assert set(timit_sample.SIZES) == set(ROWS)
    for system, size in sizes.items():
        assert size == pytest.approx(sizes["swavenet"], rel=0.03), system


@pytest.mark.parametrize("corpus", daily(sorted(set(CORPORA) - WITHOUT), "timit", "synthetic_ink", "motion"))
def test_every_system_goes_with_every_corpus(corpus):
    ink = get_config(corpus).likelihood.name == "pen"
    for system in systems_for("pen" if ink else ""):
        config = get_config(f"{corpus}:{system}")
        assert config.system == system
        assert model_of(config, 3 if ink else 60).frame == (3 if ink else 60)


@pytest.mark.parametrize("word", DENSITIES)
@pytest.mark.parametrize("corpus", ["timit", "blizzard", "timit_sample", "synthetic_motion"])
def test_a_word_changes_the_density_and_nothing_else(corpus, word):
    for row, system in ROWS.items():
        if f"{row}_{word}" in ROWS or f"{row}_{word}" not in SYSTEMS:
            continue  # with sizes of its own, or a density of its own
        plain, other = (get_config(f"{corpus}:{name}").to_dict() for name in (row, f"{row}_{word}"))
        found = other.pop("likelihood")
        density = DENSITIES[word]
        assert found == {"name": density.likelihood, **fields_of(density.likelihood), **density.fields}
        training = dict(density.training)
        plain["model"]["inputs"] = training.pop("model.inputs", "frame")
        if corpus in ("timit", "blizzard"):  # a paper says how fast to learn
            training.pop("rate", None)
        plain |= training
        assert (plain.pop("likelihood")["name"], system.density.likelihood) == ("gaussian", "gaussian")
        assert plain == other | {"system": row}


def test_words_end_the_name_of_every_row_of_the_papers_density():
    assert {f"{row}_gmm" for row in ROWS if not row.endswith("_gmm")} <= set(SYSTEMS)
    assert "rnn_gmm_gmm" not in SYSTEMS
    order = [system.row.removesuffix("_gmm") for system in SYSTEMS.values()]
    assert order == sorted(order, key=order.index)  # beside their rows, as in a table


def test_a_preset_with_another_density_states_no_count():
    own, other = (preset_of(timit.PRESETS, name) for name in ("swavenet", "swavenet_gmm"))
    assert own == timit.PRESETS["swavenet"]
    assert other == own._replace(parameters=None, source="as swavenet; density: mixture, components=20")
    assert get_config("timit:zforcing_aux_gmm").aux_weight == 5e-4


@pytest.mark.parametrize("corpus", PRESETS)
def test_features_are_off_in_the_presets_and_one_flag_away(corpus):
    for system in PRESETS[corpus]:
        config = get_config(f"{corpus}:{system}")
        assert config.model.inputs == "frame"
    config.model.inputs = "features"
    if corpus == "iamondb":
        with pytest.raises(SwnError, match="features are of frames of sound"):
            model_of(config, 3)
    else:
        assert model_of(config, 200).frame == 200


def test_a_run_of_before_models_read_features_is_the_model_it_was():
    config = get_config("timit_sample")
    before = ConfigDict(json.loads(config.to_json()))
    del before.model["inputs"]
    assert count(before, 200) == count(config, 200)


def test_ink_has_the_pen_or_an_error(monkeypatch):
    assert get_config("iamondb:swavenet_gmm").likelihood.to_dict() == get_config("iamondb:rnn_gmm").likelihood.to_dict()
    monkeypatch.setitem(SYSTEMS, "srnn_sharp", System("srnn", {}, Density("gaussian", {"floor": -9.0}), "srnn"))
    assert get_config("timit:srnn_sharp").likelihood.floor == -9.0
    for corpus in ("iamondb", "synthetic_ink"):
        with pytest.raises(
            SwnError, match=r"found ink with .* srnn_sharp, whose density \(gaussian, floor=-9.0\).* take srnn"
        ):
            get_config(f"{corpus}:srnn_sharp")
    assert density_of("srnn_sharp") == ("gaussian", {"floor": -9.0})
    assert "srnn_sharp" in systems_for("gaussian")
    assert "srnn_sharp" not in systems_for("pen")


def test_a_system_that_is_not_there():
    for corpus, system, near in (
        ("timit", "swavnet", "swavenet"),
        ("synthetic_ink", "vrn", "vrnn"),
        ("timit", "swavenet_gm", "swavenet_gmm"),
        ("timit_sample", "srnn_gnm", "srnn_gmm"),
    ):
        with pytest.raises(SwnError, match=f"no system '{system}': did you mean '{near}'.*density as swavenet_"):
            get_config(f"{corpus}:{system}")
