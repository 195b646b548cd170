"""A loop over time that has the gradients of its weights from one product over all frames.

Autodiff alone sums the gradient of each weight in the loop, and reads and writes the whole sum in every frame.
"""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float

from swn_jax.ops.alike import zeros_for
from swn_jax.ops.once import prepared
from swn_jax.ops.sites import Site, evaluated, sites_of


def loop(
    body: Callable[..., tuple[Any, Any]], weights: Any, carry: Any, xs: Any, *, reverse: bool = False
) -> tuple[Any, Any]:
    """`lax.scan` of `body(weights, carry, x)`, with the gradients of weights from the rows of all frames at once.

    `dL/dW = sum_t x_t^T g_t` and `dL/db = sum_t g_t`, where g_t is the gradient of `x_t @ W + b`: that of a zero
    added to it in frame t. Products are kept for the gradient and what lies between them is computed once more, since
    on an accelerator each array that is kept takes a kernel of its own in each frame. There is no forward mode.

    Args:
      body: pure; weights that it uses in another way than as `x @ W` or `x @ W + b` have the gradients of autodiff.
      weights: a tree of what it reads in every frame.
      carry: a tree of [B, C].
      xs: a tree of [T, B, ...].
      reverse: whether to run from the last frame to the first.
    """
    if any(x.shape[0] == 0 for x in jax.tree.leaves(xs)):  # no frames, of which the first would give the types
        return lax.scan(functools.partial(body, weights), carry, xs)
    whole = prepared(body, weights, carry, jax.tree.map(lambda x: x[0], xs))
    sites, names, values = sites_of(whole), list(whole.known), list(whole.known.values())

    def frame(
        values: Sequence[Array], zeros: Sequence[Array], carry: Any, x: Any
    ) -> tuple[tuple[Any, Any], list[Array]]:
        given = zip([*names, *whole.others], [*values, *jax.tree.leaves((carry, x))], strict=True)
        results, rows = evaluated(whole, dict(given), list(zip(sites, zeros, strict=False)))
        return jax.tree.unflatten(whole.tree, results), rows

    @jax.custom_vjp
    def run(values: list[Array], carry: Any, xs: Any) -> tuple[Any, Any]:
        return lax.scan(lambda carry, x: frame(values, (), carry, x)[0], carry, xs, reverse=reverse)

    def watched(values: list[Array], carry: Any, xs: Any, zeros: list[Array]) -> tuple[tuple[Any, Any], list[Array]]:
        def each(carry: Any, at: Any) -> tuple[Any, Any]:
            x, zeros = at
            (carry, y), rows = frame(values, zeros, carry, x)
            return carry, (y, rows)

        kept = jax.checkpoint(each, prevent_cse=False, policy=jax.checkpoint_policies.dots_saveable)
        carry, (ys, rows) = lax.scan(kept, carry, (xs, zeros), reverse=reverse)
        return (carry, ys), rows

    def forward(values: list[Array], carry: Any, xs: Any) -> tuple[tuple[Any, Any], Any]:
        out, back, rows = jax.vjp(watched, values, carry, xs, zeros_of(sites, carry, xs), has_aux=True)
        return out, (back, rows, values)

    def backward(saved: Any, up: tuple[Any, Any]) -> tuple[list[Any], Any, Any]:
        back, rows, values = saved
        of_values, of_carry, of_xs, of_zeros = back(up)
        known, total = (dict(zip(names, each, strict=True)) for each in (values, of_values))
        for site, x, g in zip(sites, rows, of_zeros, strict=True):
            _, of_weights = jax.vjp(functools.partial(site.map, by_row(x)), *(known[name] for name in site.weights))
            total |= {name: total[name] + more for name, more in zip(site.weights, of_weights(by_row(g)), strict=True)}
        return [total[name] for name in names], of_carry, of_xs

    run.defvjp(forward, backward)
    return run(values, carry, xs)


def zeros_of(sites: Sequence[Site], carry: Any, xs: Any) -> list[Float[Array, "T B _"]]:
    """Zeros for the result of each site in each frame."""
    rows, frames = jax.tree.leaves(carry)[0], jax.tree.leaves(xs)[0].shape[0]
    one = [zeros_for(rows, site.width).astype(site.dtype) for site in sites]
    return [jnp.broadcast_to(zeros, (frames, *zeros.shape)) for zeros in one]


def by_row(x: Float[Array, "T B C"]) -> Float[Array, "F C"]:
    """The rows of all frames; those of a sequence one after another, so that sequences may lie on several devices."""
    return x.swapaxes(0, 1).reshape(-1, x.shape[-1])
