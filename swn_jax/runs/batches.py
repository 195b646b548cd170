"""The training batches of a run: sequences of their own, or consecutive windows that a carry joins."""

from collections.abc import Callable

from ml_collections import ConfigDict

from swn_jax.data import Prepared
from swn_jax.data.batches import Batches, batches
from swn_jax.data.lanes import lanes
from swn_jax.types import Model


def batches_of(config: ConfigDict, prepared: Prepared, model: Model, tell: Callable[[str], None]) -> Batches:
    """The batches that a config asks for.

    The posterior of a window sees as far ahead as it sees in whole recordings; one that sees all that there is, sees
    as many frames ahead as a window has.

    Args:
      config: of the run.
      prepared: its corpus.
      model: that they are for.
      tell: takes a sentence about them.
    Raises:
      SwnError: where the training split does not give such batches.
    """
    frames, batch = config.sequence_length, config.batch
    if not config.carried:
        return batches(prepared, frames=frames, batch=batch, shift=config.shift, stride=config.sequence_stride)
    sees, memory = model.lookahead, model.likelihood.memory(model.frame)
    ahead = frames if sees is None else sees
    data = lanes(prepared, frames=frames, batch=batch, memory=memory, ahead=ahead)
    tell(
        f"{batch} lanes of consecutive windows of {frames} frames, {data.real:.0%} of them real and not padding; a "
        f"posterior sees {ahead} frames beyond its window" + (", not all as in evaluation" if sees is None else "")
    )
    return data
