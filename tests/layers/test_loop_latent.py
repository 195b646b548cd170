"""The Gaussian whose input is known in part before the loop."""

import jax
import jax.numpy as jnp
import numpy as np
import plain

from swn_jax.layers.loop_latent import LoopLatent

KNOWN, INNER = (jax.random.normal(jax.random.key(k), (5, size)) for k, size in ((0, 3), (1, 2)))


class Whole(LoopLatent):
    """Both parts at once."""

    def __call__(self, known, inner):
        return super().__call__(self.project(known), inner)


def test_it_is_one_layer_of_both_inputs():
    module = Whole(size=4, hidden=6, inner=2, log_scale_bounds=(-2.0, 1.0))
    params = plain.scattered(module.init, KNOWN, INNER)["params"]
    kernel = np.concatenate([params["known"]["kernel"], params["inner"]])
    hidden = np.concatenate([KNOWN, INNER], axis=-1) @ kernel + params["known"]["bias"]
    out = plain.dense(params["head"], np.clip(np.maximum(hidden, hidden / 3), -3, 3))
    mean, log_scale = module.apply({"params": jax.tree.map(jnp.float32, params)}, KNOWN, INNER)
    np.testing.assert_allclose(mean, out[:, :4], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(log_scale, plain.bounded(out[:, 4:], -2, 1), rtol=1e-4, atol=1e-5)


def test_it_starts_near_the_standard_normal():
    module = Whole(size=4, hidden=64, inner=2)
    for part in module.apply(module.init(jax.random.key(0), KNOWN, INNER), KNOWN, INNER):
        assert 0 < np.abs(part).max() < 0.1
