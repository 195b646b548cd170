"""The vocabulary: what a batch is, what a model gives back, and what a model is.

Letters in shapes: B batch, T frames, D frame width, N latent numbers a frame (all layers together),
A auxiliary terms, P likelihood parameters a frame. Likelihoods and divergences are in nats.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from jaxtyping import Array, Bool, Float

Variables = Mapping[str, Any]  # a flax tree: "params", and "batch_stats" where a norm keeps statistics
Carry = Any  # what a model remembers between two frames of the stepped run


class Batch(NamedTuple):
    """Sequences to predict, in standardised units, padded at the end."""

    x: Float[Array, "B T D"]  # the frames to predict
    mask: Float[Array, "B T"]  # 1 where a frame is real, 0 in the padding
    before: Float[Array, "B D"]  # the frame before the first: given, never scored


class Terms(NamedTuple):
    """The parts of the evidence lower bound, not reduced: nats for each frame and each latent number."""

    log_px: Float[Array, "*K B T"]  # log p(x_t | z_<=t, x_<t)
    kl: Float[Array, "*K B T N"]  # KL(q || p) of each latent number in closed form, given the draws before it
    log_ratio: Float[Array, "*K B T N"]  # log q(z) - log p(z) at the drawn z: what a K-sample bound needs
    aux: Float[Array, "*K B T A"]  # further costs of a model's own
    at_floor: Bool[Array, "*K B T"]  # a scale of this frame's density lies at its floor


class Trace(NamedTuple):
    """What a run over whole sequences leaves behind: all it takes to go on from it, or to make it again in steps."""

    params: Float[Array, "B T P"]  # of the density of each frame
    noise: Float[Array, "B T N"]  # (z - mu) / sigma by the prior's mu and sigma: given this, `step` draws the same z
    carry: Carry  # after frame T, padding or not: of sequences as long as the batch


class Likelihood(NamedTuple):
    """A family of densities over one frame, as pure functions of the numbers that a head emits."""

    size: Callable[[int], int]  # D -> P
    log_prob: Callable[[Array, Array], Array]  # params [..., P], x [..., D] -> [...] nats
    sample: Callable[[Array, Array, Any], Array]  # key, params [..., P], temperature -> [..., D]
    at_floor: Callable[[Array], Array]  # params [..., P] -> [...] whether a scale lies at the floor
    mean: Callable[[Array], Array]  # params [..., P] -> [..., D]; of a bit the likelier value


class Model(NamedTuple):
    """A record of pure functions: all that trainer, evaluator and sampler know of a model.

    `init(key) -> variables`
    `terms(variables, batch, noise [B, T, N], *, infer=True, train=False, axis=None) -> (Terms, extra)`:
        the parallel run over whole sequences. `infer=False` draws z from the prior, with `kl` and
        `log_ratio` exactly 0. `extra` holds the updated statistics of a batch norm (empty without one);
        `axis` names the mapped axis over which such statistics are averaged.
    `trace(variables, batch, noise, *, infer=True) -> Trace`: the same run, for what follows it
    `carry(batch_size) -> carry`: the memory before the first frame
    `step(variables, carry, x_prev [B, D], noise [B, N]) -> (carry, params [B, P])`: one frame, z from the prior
    """

    frame: int  # D
    latents: tuple[int, ...]  # the latent sizes of the stochastic layers, lowest first; () if deterministic
    likelihood: Likelihood
    init: Callable[..., Variables]
    terms: Callable[..., tuple[Terms, Variables]]
    trace: Callable[..., Trace]
    carry: Callable[[int], Carry]
    step: Callable[..., tuple[Carry, Array]]
