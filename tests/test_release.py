"""A released model comes back to the bit, and what does not belong together is told in words."""

import datetime
import hashlib
import json
import math
import re
import struct
import subprocess
import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import yaml

import swn_jax
from swn_jax.configs.keys import renamed
from swn_jax.release.card import Facts, card
from swn_jax.release.weights import CONFIG, FORMER, WEIGHTS
from swn_jax.types import Batch

RECIPE = swn_jax.Recipe(
    "swavenet", 4, dict(layers=2, width=6, latent=2, norm="batch", log_scale_bounds=(-7.0, 7.5)),
    dict(name="mixture", components=3), shift=(0.1,), scale=(555.52,), corpus="some corpus", rate=16000.0,
    facts=dict(training=dict(rate=1e-3)),
)  # fmt: skip


def model_of(recipe):
    density = swn_jax.likelihood(**recipe.likelihood)
    return swn_jax.build(recipe.model, recipe.frame, likelihood=density, **recipe.fields)


@pytest.fixture(scope="module")
def variables():
    variables = model_of(RECIPE).init(jax.random.key(0))
    return jax.tree.map(lambda a: a + 0.1 * jax.random.normal(jax.random.key(a.size), a.shape), variables)


@pytest.fixture
def folder(tmp_path, variables):
    swn_jax.save(tmp_path / "new" / "release", RECIPE, variables)
    return tmp_path / "new" / "release"


def test_what_is_loaded_is_what_was_saved(folder, variables):
    loaded = swn_jax.load(folder)
    assert jax.tree.structure(loaded.variables) == jax.tree.structure(variables)
    jax.tree.map(np.testing.assert_array_equal, loaded.variables, variables)
    assert "batch_stats" in loaded.variables
    x = jax.random.normal(jax.random.key(1), (2, 5, 4))
    batch, noise = Batch(x, jnp.ones((2, 5)), x[:, 0]), jax.random.normal(jax.random.key(2), (2, 5, 4))
    old, new = (
        jax.jit(lambda variables, model=model: model.terms(variables, batch, noise)[0])(variables)
        for model in (model_of(RECIPE), loaded.model)
    )
    jax.tree.map(np.testing.assert_array_equal, new, old)


def test_the_recipe_comes_back_with_all_defaults(folder):
    recipe = swn_jax.load(folder).recipe
    assert recipe.fields.items() >= {**RECIPE.fields, "gate": "sigmoid", "residual": True, "hidden": None}.items()
    assert recipe.likelihood == dict(name="mixture", components=3, shared=False, floor=-12.0, ceiling=12.0)
    same = ("model", "frame", "shift", "scale", "corpus", "rate", "facts")
    assert [getattr(recipe, key) for key in same] == [getattr(RECIPE, key) for key in same]


def test_a_release_with_the_former_names_of_fields_is_loaded(folder, variables):
    path = folder / CONFIG
    before = {"log_scale_bounds": "bounds", "lookahead": "reach"}
    path.write_text(json.dumps(renamed(json.loads(path.read_text()), before)))
    assert '"bounds"' in path.read_text()
    fields = swn_jax.load(folder).recipe.fields
    assert (fields["log_scale_bounds"], fields["lookahead"]) == ((-7.0, 7.5), "exact")


def test_a_release_with_the_former_name_of_its_weights_is_loaded(folder, variables):
    (folder / WEIGHTS).rename(folder / FORMER)
    jax.tree.map(np.testing.assert_array_equal, swn_jax.load(folder).variables, variables)


def test_a_release_of_before_models_read_features_is_loaded(folder, variables):
    path = folder / CONFIG
    config = json.loads(path.read_text())
    assert config["recipe"]["fields"].pop("inputs") == "frame"
    path.write_text(json.dumps(config))
    loaded = swn_jax.load(folder)
    jax.tree.map(np.testing.assert_array_equal, loaded.variables, variables)


def test_a_model_of_features_comes_back(tmp_path):
    recipe = swn_jax.Recipe("lstm", 16, dict(width=3, cells=4, inputs="features"))
    saved = model_of(recipe).init(jax.random.key(0))
    swn_jax.save(tmp_path / "release", recipe, saved)
    loaded = swn_jax.load(tmp_path / "release")
    assert loaded.recipe.fields["inputs"] == "features"
    arguments = model_of(recipe).carry(jnp.ones((2, 16))), jnp.ones((2, 16)), jnp.zeros((2, 0))
    ours, theirs = loaded.model.step(loaded.variables, *arguments), model_of(recipe).step(saved, *arguments)
    jax.tree.map(np.testing.assert_array_equal, ours, theirs)
    assert loaded.model.frame == 16


def test_the_file_is_safetensors(folder, variables):
    """Read by hand: a length, a JSON head with offsets, then the numbers, little-endian."""
    raw = (folder / WEIGHTS).read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    head = json.loads(raw[8 : 8 + length])
    assert len(head) == len(jax.tree.leaves(variables))
    for kind, layer, name in (("params", "embed_u", "kernel"), ("params", "emission", "bias")):
        told, wanted = head[f"{kind}/{layer}/{name}"], np.asarray(variables[kind][layer][name])
        begin, end = told["data_offsets"]
        assert (told["dtype"], told["shape"]) == ("F32", list(wanted.shape))
        assert raw[8 + length :][begin:end] == wanted.tobytes()
    assert any(name.startswith("batch_stats/") for name in head)


def test_loading_needs_nothing_of_training(folder):
    heavy = {"array_record", "ml_collections", "optax", "orbax", "tensorflow_datasets"}
    code = f"import sys, swn_jax; swn_jax.load({str(folder)!r}); assert not {heavy} & set(sys.modules)"
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=120)


def cut(folder):
    path = folder / WEIGHTS
    path.write_bytes(path.read_bytes()[:-7])


def flip(folder):
    raw = bytearray((folder / WEIGHTS).read_bytes())
    raw[-100] ^= 1
    (folder / WEIGHTS).write_bytes(raw)


def edit(**changes):
    """Changes of the recipe."""

    def change(folder):
        config = json.loads((folder / CONFIG).read_text())
        for name, value in changes.items():
            config["recipe"][name] = {**config["recipe"][name], **value} if isinstance(value, dict) else value
        (folder / CONFIG).write_text(json.dumps(config))

    return change


def put(**changes):
    """Changes beside the recipe."""

    def change(folder):
        config = json.loads((folder / CONFIG).read_text())
        (folder / CONFIG).write_text(json.dumps(config | changes))

    return change


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda folder: (folder / WEIGHTS).unlink(), r"model.safetensors: found a folder without it"),
        (lambda folder: (folder / CONFIG).unlink(), r"config.json: found a folder without it"),
        (cut, r"model.safetensors, written by swn_jax \S+: found \d+ bytes that are not those saved: copy it again"),
        (flip, "not those saved"),
        (lambda folder: (folder / CONFIG).write_text("{"), "config.json is no JSON"),
        (lambda folder: (folder / CONFIG).write_text('{"steps": 3}'), "other JSON than that of a released model"),
        (put(format=2, swn_jax="9.1.0"), "found format 2 by swn_jax 9.1.0, wanted 1, .*: update swn_jax"),
        (edit(model="swavnet"), "did you mean 'swavenet'"),
        (edit(fields=dict(widht=3)), "did you mean 'width'"),
        (edit(likelihood=dict(flor=3)), "did you mean 'floor'"),
        (edit(fields=dict(layers="three")), r"config.json, written by swn_jax \S+, makes no model of swn_jax \S+:"),
        (edit(colour="red"), "makes no model.*colour"),
        (edit(fields=dict(width=7)), r"batch_stats/\S+/mean: found float32\[6\], wanted float32\[7\]: weights"),
        (put(swn_jax="9.1.0", sha256=""), r"model.safetensors, written by swn_jax 9.1.0: found \d+ bytes"),
        (edit(fields=dict(layers=3)), r"written by swn_jax \S+: found no batch_stats/causal_2/\S+ and \d+ more such"),
        (edit(fields=dict(norm="none")), "found a foreign batch_stats"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told(folder, damage, words):
    damage(folder)
    with pytest.raises(swn_jax.SwnError, match=words):
        swn_jax.load(folder)


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(swn_jax.SwnError, match="no such folder"):
        swn_jax.load(tmp_path / "none")


def test_variables_of_another_model_are_not_saved(tmp_path, variables):
    other = RECIPE._replace(fields={**RECIPE.fields, "width": 7})
    with pytest.raises(swn_jax.SwnError, match="the variables to save: .*two models"):
        swn_jax.save(tmp_path / "none", other, variables)
    assert not (tmp_path / "none").exists()


def test_a_second_save_replaces_the_first(folder, variables):
    doubled = jax.tree.map(lambda a: 2 * a, variables)
    swn_jax.save(folder, RECIPE, doubled)
    jax.tree.map(np.testing.assert_array_equal, swn_jax.load(folder).variables, doubled)
    config = json.loads((folder / CONFIG).read_text())
    assert config["sha256"] == hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()


RESULT = dict(
    split="test", elbo=29961.04, elbo_standard_error=5007.3, iwae=30298.2, iwae_samples=64, bits_per_sample=8.2637,
    frames_at_floor=0.0125, sequences=20, frames=5040, unit="nats each utterance, in units of the signal scaling",
    log_scale_per_frame=1264.0, context="utterance from its own start", divisor="real sequences only", seed=0,
    date="2026-11-22", machine="cpu",
)  # fmt: skip
DAY = datetime.date(2026, 11, 26)


def test_the_card_tells_data_licence_figures_and_commands():
    facts = Facts("CC BY 4.0", "a place", 4907984, 2500, ("prepare it", "train it"), (RESULT,), DAY)
    text = card(RECIPE, facts, weights=True, functions=False)
    for words in (
        "# swavenet of some corpus", "**CC BY 4.0**", "a place", "4,907,984 parameters", "16000 Hz", "2,500 steps",
        "| test | +29,961.0 | 5,007.3 | +30,298.2, 64 | 8.264 | 1.25 % | 20, 5,040 |",
        "ELBO: mean over the sequences", "nats each utterance", "prepare it\ntrain it",
        "density mixture (components 3)", "swn_jax.load(", f"`swn_jax` {swn_jax.__version__}",
    ):  # fmt: skip
        assert words in text
    assert text.count("```") % 2 == 0
    assert "jaxexport" not in text
    assert "Weights do not expire" not in text
    columns = [line.count("|") for line in text.splitlines() if line.startswith("|")]
    assert len(columns) == 3
    assert len(set(columns)) == 1
    functions = card(RECIPE, facts._replace(results=()), weights=False, functions=True)
    assert "Not evaluated" in functions
    assert f"with jax {jax.__version__} on 2026-11-26" in functions
    assert "until **2027-05-26** at the latest" in functions


def head_of(text):
    first, head, body = re.split("^---$", text, maxsplit=2, flags=re.MULTILINE)
    assert first == ""
    assert body.startswith("\n\n# swavenet of some corpus")
    return yaml.safe_load(head)


def test_the_head_of_the_card_is_yaml_for_the_hub():
    facts = Facts("", "", 1, 1, (), (RESULT, RESULT | dict(split="valid", iwae=math.nan)), DAY)
    head = head_of(card(RECIPE, facts, weights=True, functions=False))
    assert (head["license"], head["license_name"], head["library_name"]) == ("other", "see-data", "swn_jax")
    assert head["tags"] == ["jax", "flax", "latent-variable-model", "swavenet"]
    assert (head["datasets"], head["metrics"]) == (["some corpus"], ["elbo", "iwae", "bits_per_sample"])
    ((index,),) = [head["model-index"]]
    test, valid = index["results"]
    assert (test["dataset"]["name"], test["dataset"]["split"]) == ("some corpus", "test")
    found = {each["type"]: each["value"] for each in test["metrics"]}
    assert found == {"elbo": 29961.04, "iwae": 30298.2, "bits_per_sample": 8.2637}
    assert [each["type"] for each in valid["metrics"]] == ["elbo", "bits_per_sample"]
    facts = facts._replace(results=(), weights_licence="cc-by-4.0")
    head = head_of(card(RECIPE, facts, weights=True, functions=False))
    assert head["license"] == "cc-by-4.0"
    assert not {"license_name", "metrics", "model-index"} & head.keys()


def test_the_library_of_the_hub_reads_the_card(folder):
    hub = pytest.importorskip("huggingface_hub", reason="the Hub's own reader: pip install huggingface_hub")
    facts = Facts("", "", 1, 1, (), (RESULT,), DAY)
    (folder / "README.md").write_text(card(RECIPE, facts, weights=True, functions=False))
    read = hub.ModelCard.load(folder / "README.md")
    data = read.data.to_dict()
    assert (data["license"], data["library_name"], data["datasets"]) == ("other", "swn_jax", ["some corpus"])
    elbo, iwae, bits = read.data.eval_results
    assert (elbo.metric_type, elbo.metric_value, elbo.dataset_split) == ("elbo", 29961.04, "test")
    assert (iwae.metric_value, bits.metric_value) == (30298.2, 8.2637)


@pytest.mark.slow
def test_the_words_of_the_card_of_a_model_with_a_condition_work(tmp_path, monkeypatch):
    """Both ways of use, as they stand there: the same sound for the first two names."""
    fields = dict(width=4, cells=5, condition=3)
    recipe = swn_jax.Recipe("lstm", 4, fields, condition={"speaker": ("ann", "bob", "cid")})
    model = model_of(recipe)
    variables = model.init(jax.random.key(0))
    swn_jax.save(tmp_path, recipe, variables)
    swn_jax.export_functions(tmp_path, recipe, variables)
    assert json.loads((tmp_path / "functions.json").read_text())["functions"]["log_prob"]["takes"]["condition"] == (
        "float32[b, t, 3]"
    )
    assert swn_jax.load(tmp_path).recipe.condition == recipe.condition
    text = card(recipe, Facts("", "", 1, 1, (), (), DAY), weights=True, functions=True)
    assert "the speaker of each sequence" in text
    assert "in this order: ann, bob, cid." in text
    monkeypatch.chdir(tmp_path)
    found = []
    for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        names: dict = {}
        with jax.numpy_rank_promotion("allow"):
            exec(code, names)
        found.append(np.asarray(names["raw"]))
    before, given = jnp.zeros((2, 4)), jnp.eye(3)[:2]
    wanted = swn_jax.generate(model, variables, jax.random.key(0), 80, before=before, condition=given)
    for raw in found:
        np.testing.assert_allclose(raw, wanted, rtol=1e-3, atol=1e-4)
    mask, noise = jnp.ones((2, 80)), jnp.zeros((2, 80, 0))
    terms, _ = model.terms(variables, swn_jax.Batch(wanted, mask, before, given), noise)
    np.testing.assert_allclose(names["bound"], swn_jax.elbo(terms, mask), rtol=1e-4)


def test_the_words_of_the_card_load_the_weights(folder, variables):
    text = card(RECIPE, Facts("", "", 1, 1, (), (), DAY), weights=True, functions=False)
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    found = {}
    exec(code.replace('load(".")', f"load({str(folder)!r})"), found)
    x = swn_jax.generate(model_of(RECIPE), variables, jax.random.key(0), 80, before=jnp.zeros((2, 4)))
    np.testing.assert_allclose(found["raw"], np.asarray(x) * 555.52 + 0.1, rtol=1e-5)
