"""Where a pen is on its line: sums of the points since the line began, which a network that reads offsets has to keep.

A network that adds up offsets itself errs a little with each, and the errors add up too: lines that it writes slope,
and it does not know when it has written enough.
"""

import jax.numpy as jnp
from jaxtyping import Array, Float

from swn_jax.errors import SwnError

SIZES = 10.0, 50.0, 4.0, 200.0  # lifts, widths, heights and points that count as one, of lines of about 500 points


def begun(width: int) -> int:
    """The rows that are kept of the points before, 2: sums and counts; raises SwnError for other frames than points."""
    if width != 3:
        raise SwnError(f'inputs="line" is of points (pen, dx, dy): found frames of {width} numbers: take "frame"')
    return 2


def line(x: Float[Array, "B T 3"], before: Float[Array, "B 2 3"]) -> Float[Array, "B T 7"]:
    """Each point, and the sums up to it: lifts of the pen, offsets to the right and up, and the count of points.

    The sum of offsets is where the pen is if no offset is 0, as in standardised units that are not shifted: of
    "coordinate" the shift upwards is next to nothing, and that to the right is in the count.

    Args:
      x: points in standardised units.
      before: the sums of the points before, and in each number of the second row their count.
    """
    sums = before[:, :1] + jnp.cumsum(x, axis=1)
    counts = before[:, 1:, :1] + jnp.arange(1, x.shape[1] + 1, dtype=x.dtype)[None, :, None]
    sizes = jnp.array(SIZES, x.dtype).reshape(1, 1, -1)
    return jnp.concatenate([x, jnp.concatenate([sums, counts], axis=-1) / sizes], axis=-1)


def added(x: Float[Array, "B T 3"], before: Float[Array, "B 2 3"]) -> Float[Array, "B 2 3"]:
    """The sums and counts after these points."""
    return before + jnp.stack([x.sum(1), jnp.full_like(x[:, 0], x.shape[1])], axis=1)
