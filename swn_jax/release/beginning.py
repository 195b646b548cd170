"""Where the sequences of a release begin: first frames of the training split, where none is like zeros."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from swn_jax.data import Prepared
from swn_jax.data.condition import Condition
from swn_jax.data.openings import openings

KEY, LEAST = "before", 8  # of the facts of a recipe; frames, and one for each name at least
BEGINNING = """\
## Beginning

A model of {domain} has never read zeros: it goes on from the first frame of a recording. The recipe has {count} such
frames of the training split, in standardised units, as `facts["before"]`{turns}. They are data, under its licence.
"""
CODE = {  # what the code of such a model has in place of this
    "before=jnp.zeros((2, model.frame))": 'before=jnp.array(recipe.facts["before"][:2])',
    'before = jnp.zeros((rows, about["recipe"]["frame"]))': (
        'before = jnp.array(about["recipe"]["facts"]["before"][:rows])'
    ),
}


def kept(prepared: Prepared) -> dict[str, tuple[tuple[float, ...], ...]]:
    """First frames for the facts of a recipe, those with which a run of seed 0 begins; {} for what begins in silence.

    They are in standardised units, to the bits of float32; of a corpus with names in the order of these.
    """
    if not prepared.corpus.domain.begun:
        return {}
    names = prepared.condition.names if isinstance(prepared.condition, Condition) else ()
    frames = openings(prepared, 0, max(LEAST, len(names)), names).before
    return {KEY: tuple(tuple(float(str(number)) for number in frame) for frame in frames.astype(np.float32))}


def told(facts: Mapping[str, Any], condition: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The paragraph of the card of a model that has such frames."""
    if KEY not in facts:
        return []
    turns = "".join(f", of each {kind} in turn" for kind in condition if kind in ("speaker", "label"))
    return [BEGINNING.format(domain=facts["domain"], count=len(facts[KEY]), turns=turns)]


def code(plain: str, facts: Mapping[str, Any]) -> str:
    """The code that uses a model, as that of one that has such frames."""
    for zeros, frames in CODE.items() if KEY in facts else ():
        plain = plain.replace(zeros, frames)
    return plain
