"""What a card says of the condition that a model is given."""

from collections.abc import Mapping, Sequence
from typing import Any

from swn_jax.data.columns import KIND as KEPT
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
COLUMNS = """\
## Condition

It is given {kind} of each frame: `condition` has, in this order, {names}. Each is in standardised units,
`(number - mean) / deviation`, and 0 where a frame has none, with means {mean} and deviations {std}.
"""
CODE = {  # what the code of a model with a condition has in place of this
    "x = swn_jax.generate(": "condition = jnp.eye(model.condition)[:2]  # of the first two\nx = swn_jax.generate(",
    "before=jnp.zeros((2, model.frame)))": "before=jnp.zeros((2, model.frame)), condition=condition)",
    "carry, x, frames =": 'condition = jnp.eye(about["condition_numbers"])[:rows]\ncarry, x, frames =',
    "jax.random.normal(key_z, (rows, numbers)))": "jax.random.normal(key_z, (rows, numbers)), condition)",
    "before, noise)[": "before, noise, condition[:, None].repeat(80, 1))[",
}
FIRST = {"eye(model.condition)[:2]  # of the first two": "zeros((2, model.condition))  # the means of its training",
         'eye(about["condition_numbers"])[:rows]': 'zeros((rows, about["condition_numbers"]))'}  # fmt: skip


def code(plain: str, columns: bool) -> str:
    """The code that uses a model, as that of one with a condition."""
    for without, given in CODE.items():
        plain = plain.replace(without, given)
    for names, numbers in FIRST.items() if columns else ():
        plain = plain.replace(names, numbers)
    return plain


def told(kind: str, names: Sequence[str], fields: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    """The paragraph on a condition: names, the letters of texts, or columns with their scaling."""
    if kind == KIND:
        return TEXT.format(most=fields["condition"][0], count=len(names), letters="".join(names))
    if scaling := facts.get("condition"):
        mean, std = (", ".join(f"{value:g}" for value in scaling[key]) for key in ("mean", "std"))
        own = "the columns" if kind == KEPT else f"the {kind}"
        return COLUMNS.format(kind=own, names=", ".join(names), mean=mean, std=std)
    return CONDITION.format(kind=kind, names=", ".join(names))
