"""Every model at its smallest, with weights in general position, for tests of what all have in common."""

import jax
import jax.numpy as jnp
import numpy as np
from kept import kept

import swn_jax

FRAME, ROWS, FRAMES = 2, 4, 3
SIZES = {
    "swavenet": dict(layers=2, width=4, latent=2), "wavenet": dict(layers=2, width=4), "lstm": dict(width=4, cells=4),
    "vrnn": dict(depth=1, width=4, cells=4, latent=2), "srnn": dict(width=4, cells=4, latent=2),
    "storn": dict(width=4, cells=4, latent=2), "zforcing": dict(width=4, cells=4, latent=2),
}  # fmt: skip


@kept
def made(name, frame=FRAME, **fields):
    """A model and its variables."""
    model, rng = swn_jax.build(name, frame, **SIZES[name], **fields), np.random.default_rng(0)
    shapes = jax.eval_shape(model.init, jax.random.key(0))
    found = jax.tree.map(lambda a: jnp.asarray(0.3 + 0.3 * rng.normal(size=a.shape), jnp.float32), shapes)
    statistics = {key: found[key] for key in found if key != "params"}
    return model, found | jax.tree.map(lambda a: 1 + jnp.abs(a), statistics)  # variances are not small


def some(model, rows=ROWS, frames=FRAMES):
    """A batch of whole sequences, and noise."""
    rng = np.random.default_rng(1)
    x, before, noise = (
        jnp.asarray(rng.normal(size=shape), jnp.float32)
        for shape in ((rows, frames, model.frame), (rows, model.frame), (rows, frames, sum(model.latents)))
    )
    return swn_jax.Batch(x, jnp.ones((rows, frames)), before), noise
