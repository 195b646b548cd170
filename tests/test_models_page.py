"""docs/models.md: the model that it walks through has every property, and its table of presets is the presets'."""

import importlib
import re
from pathlib import Path

import pytest
from contract import PROPERTIES, case, rig

from swn_jax.configs.densities import DENSITIES

PAGE = Path(__file__).resolve().parents[1] / "docs" / "models.md"


@pytest.fixture(scope="module")
def markov():
    """The page's model under test: only the frame before and the latent variable reach a frame."""
    (program,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    names: dict = {}
    definitions = program.partition("\nmodel = markov(200)")[0]
    assert len([line for line in definitions.splitlines() if line.strip()]) < 60
    exec(compile(definitions, str(PAGE), "exec"), names)
    return case("markov", names["markov"], 1, width=6, latent=2)


@pytest.mark.parametrize("prop", PROPERTIES, ids=lambda prop: prop.__name__)
def test_the_model_of_the_page(markov, prop):
    prop(rig(markov))


def test_the_table_of_presets():
    rows = [
        f"| `{corpus}:{name}` | {', '.join(f'{k} {v}' for k, v in preset.sizes.items())} "
        f"| {preset.parameters:,} | {preset.source} |"
        for corpus in ("timit", "blizzard", "iamondb")
        for name, preset in importlib.import_module(f"swn_jax.configs.{corpus}").PRESETS.items()
    ]
    found = [line for line in PAGE.read_text().splitlines() if re.match(r"\| `(timit|blizzard|iamondb):", line)]
    assert found == rows


def test_the_table_of_words():
    rows = [f"| `_{word}` | {density} |" for word, density in DENSITIES.items()]
    assert [line for line in PAGE.read_text().splitlines() if line.startswith("| `_")] == rows
