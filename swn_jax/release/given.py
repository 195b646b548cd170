"""What a card says of the condition that a model is given."""

from collections.abc import Mapping, Sequence
from typing import Any

from swn_jax.data.text import KIND

CONDITION = """\
## Condition

It is given the {kind} of each sequence, as a one-hot vector `condition`. Its places are, in this order: {names}.
"""
TEXT = """\
## Text

It is given the text of each sequence, up to {most} letters of an alphabet of {count}: `condition` has the one-hot
vector of each letter, one after the other, and zeros after the last. The alphabet is, in this order, {letters!r}.
"""
CODE = {  # what the code of a model with a condition has in place of this
    "x = swn_jax.generate(": "condition = jnp.eye(model.condition)[:2]  # of the first two\nx = swn_jax.generate(",
    "before=jnp.zeros((2, model.frame)))": "before=jnp.zeros((2, model.frame)), condition=condition)",
    "carry, x, frames =": 'condition = jnp.eye(about["condition_numbers"])[:rows]\ncarry, x, frames =',
    "jax.random.normal(key_z, (rows, numbers)))": "jax.random.normal(key_z, (rows, numbers)), condition)",
    "before, noise)[": "before, noise, condition[:, None].repeat(80, 1))[",
}


def told(kind: str, names: Sequence[str], fields: Mapping[str, Any]) -> str:
    """The paragraph on a condition: names, or the letters of texts."""
    if kind == KIND:
        return TEXT.format(most=fields["condition"][0], count=len(names), letters="".join(names))
    return CONDITION.format(kind=kind, names=", ".join(names))
