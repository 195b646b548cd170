"""A step that computes wrong at one call: one bit of what it gives is flipped on one device."""

import jax
import numpy as np


def flipped(a, device, place):
    """The array with one bit flipped in one number of the copy on a device."""
    parts = []
    for shard in a.addressable_shards:
        own = np.array(shard.data)
        if shard.device == device:
            own.view(np.uint32)[place] ^= 1
        parts.append(jax.device_put(own, shard.device))
    return jax.make_array_from_single_device_arrays(a.shape, a.sharding, parts)


class Faulty:
    """A step one of whose calls flips a bit in what it gives on one device."""

    def __init__(self, step, call, change):
        self.step, self.left, self.change = step, call, change

    def __call__(self, state, batch):
        new, metrics = self.step(state, batch)
        self.left -= 1
        return self.change(new, metrics) if self.left == 0 else (new, metrics)


def in_params(device, place):
    def change(state, metrics):
        return state._replace(
            params=jax.tree.map(lambda a: flipped(a, device, place) if a.ndim == len(place) else a, state.params)
        ), metrics

    return change
