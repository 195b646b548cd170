"""What every model must satisfy, whatever it is: properties of the record `Model`, one function each.

A model joins by one `Case` in the list of a test file. The functions compile per case and are shared by the properties.
"""

import functools
from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from kept import kept

from swn_jax.dists.likelihood.weights import weights_of
from swn_jax.errors import SwnError
from swn_jax.objective import elbo
from swn_jax.ops.time import frames_before
from swn_jax.train.stretches import stretches
from swn_jax.types import Batch, Model, Terms

FRAME, ROWS, FRAMES = 2, 4, 14
LENGTHS = (14, 9, 1, 12)

BY_SOUND = "by the sound"  # a reach


class Case(NamedTuple):
    """A model under test."""

    name: str
    build: Callable[[], Model]
    frame: int  # D
    reach: int | str | None  # frames of the past that a frame depends on when z comes from the prior; None if unbounded

    def __repr__(self) -> str:
        return self.name


def case(name: str, build: Callable[..., Model], reach: int | str | None, /, *, frame: int = FRAME, **fields) -> Case:
    return Case(name, functools.partial(build, frame, **fields), frame, reach)


def cast(tree, dtype):
    """The tree with its floating arrays in `dtype`."""
    return jax.tree.map(lambda a: jnp.asarray(a, dtype) if jnp.issubdtype(a.dtype, jnp.floating) else a, tree)


class Rig:
    """A model with weights in general position, a batch of unequal lengths, noise, and compiled functions."""

    def __init__(self, case: Case):
        self.case = case
        self.model = case.build()
        self.numbers = sum(self.model.latents)
        rng = np.random.default_rng(0)
        x = rng.normal(size=(ROWS, FRAMES, case.frame)).astype(np.float32)
        mask = (np.arange(FRAMES) < np.array(LENGTHS)[:, None]).astype(np.float32)
        before = rng.normal(size=(ROWS, case.frame)).astype(np.float32)
        width = self.model.condition
        given = np.random.default_rng(1).normal(size=(ROWS, FRAMES, width)).astype(np.float32) if width else None
        self.batch = jax.tree.map(jnp.asarray, Batch(x, mask, before, given))
        self.whole = self.batch._replace(mask=jnp.ones((ROWS, FRAMES)))
        self.noise = jnp.asarray(rng.normal(size=(ROWS, FRAMES, self.numbers)).astype(np.float32))
        # at the start heads are near zero and norms trivial: everything here is in general position
        self.variables = jax.tree.map(
            lambda a: jnp.asarray(
                0.2 + 0.8 * np.abs(rng.normal(size=a.shape)) if a.ndim == 1
                else 0.6 * rng.normal(size=a.shape) / np.sqrt(a.shape[0]),
                a.dtype,
            ),
            jax.eval_shape(self.model.init, jax.random.key(0)),
        )  # fmt: skip

    @functools.cached_property
    def infer(self):
        """The terms outside of training, z from the posterior."""
        run = jax.jit(lambda *args: self.model.terms(*args)[0])
        return functools.partial(run, self.variables)

    @functools.cached_property
    def prior(self):
        """The terms with z from the prior."""
        run = jax.jit(lambda *args: self.model.terms(*args, infer=False)[0])
        return functools.partial(run, self.variables)

    @functools.cached_property
    def train(self):
        """The terms and statistics in training, and the gradient of the masked bound."""

        def loss(params, variables, batch, noise):
            terms, extra = self.model.terms({**variables, "params": params}, batch, noise, train=True)
            return -elbo(terms, batch.mask).sum() / batch.mask.sum(), (terms, extra)

        run = jax.jit(jax.grad(loss, has_aux=True))
        return functools.partial(run, self.variables["params"], self.variables)

    @functools.cached_property
    def forward(self):
        """The terms and statistics in training."""
        run = jax.jit(functools.partial(self.model.terms, train=True))
        return functools.partial(run, self.variables)

    @functools.cached_property
    def jacobian(self) -> tuple[np.ndarray, ...]:
        """d log_px[row 0, t] / d (x, noise, before and, where there is one, condition), z from the prior."""

        def log_px(x, noise, before, condition, variables, mask):
            return self.model.terms(variables, Batch(x, mask, before, condition), noise, infer=False)[0].log_px[0]

        x, mask, before, condition = self.whole[:4]
        given = (x, self.noise, before, condition, self.variables, mask)
        parts = jax.jit(jax.jacrev(log_px, argnums=(0, 1, 2, 3)))(*given)
        return tuple(np.asarray(part) for part in parts if part is not None)

    def cut(self, ahead: int, read=None) -> tuple[Terms, Terms]:
        """The terms of sequences of unequal lengths as a whole, and joined of stretches of four frames, in float64."""
        with jax.enable_x64(True):
            variables, batch, noise, read = cast((self.variables, self.batch, self.noise, read), jnp.float64)
            pieces, found = list(stretches(self.model, batch, 4, ahead)), []
            run = jax.jit(lambda *given, read=None: self.model.terms(*given, read=read)[0])
            u = None if read is None else jnp.concatenate([batch.before[:, None], read], axis=1)
            carry = pieces[0].carry
            for k, piece in enumerate(pieces):
                own = padded(noise[:, 4 * k : 4 * k + 4], 4)
                now = None if u is None else padded(u[:, 4 * k :][:, : 5 + ahead], 5 + ahead)
                terms = run(variables, piece._replace(carry=carry), own, read=now)
                carry = terms.carry
                found.append(terms._replace(carry=None))
            joined = jax.tree.map(lambda *parts: np.concatenate(parts, axis=1), *found)
            return run(variables, batch, noise, read=read), joined

    def past(self, batch: Batch):
        """What the likelihood is given of the frames before the first."""
        return frames_before(batch.before, self.model.likelihood.memory(self.case.frame))

    def stepped(self, dtype) -> tuple[np.ndarray, np.ndarray]:
        """log_px by the parallel and by the stepped run in `dtype`, z from the prior, the same noise."""
        with jax.enable_x64(dtype == jnp.float64):
            variables, batch, noise = cast((self.variables, self.whole, self.noise), dtype)

            @jax.jit
            def both(variables, batch, noise):
                def frame(carry, at):
                    u, e, c = at
                    return self.model.step(variables, carry, u, e, condition=c)

                terms, _ = self.model.terms(variables, batch, noise, infer=False)
                u = jnp.concatenate([batch.before[None], jnp.moveaxis(batch.x, 1, 0)[:-1]])
                carry = self.model.carry(batch.before)
                at = (u, *jax.tree.map(lambda a: jnp.moveaxis(a, 1, 0), (noise, batch.condition)))
                _, params = jax.lax.scan(frame, carry, at)
                log_px = self.model.likelihood.log_prob(
                    weights_of(variables), jnp.moveaxis(params, 0, 1), batch.x, self.past(batch)
                )
                return terms.log_px, log_px, carry

            parallel, stepped, carry = both(variables, batch, noise)
            floats = [a.dtype for a in jax.tree.leaves(carry) if jnp.issubdtype(a.dtype, jnp.floating)]
            assert {parallel.dtype, stepped.dtype, *floats} == {jnp.dtype(dtype)}
            return np.asarray(parallel), np.asarray(stepped)

    def traced(self, dtype) -> tuple[tuple, tuple]:
        """(params, carry) of `trace` with z from the posterior, and of the stepped run given the trace's noise."""
        with jax.enable_x64(dtype == jnp.float64):
            variables, batch, noise = cast((self.variables, self.whole, self.noise), dtype)

            @jax.jit
            def both(variables, batch, noise):
                trace = self.model.trace(variables, batch, noise)
                u = jnp.concatenate([batch.before[:, None], batch.x[:, :-1]], axis=1)

                def frame(carry, at):
                    u, e, c = at
                    return self.model.step(variables, carry, u, e, condition=c)

                inputs = jax.tree.map(lambda a: a.swapaxes(0, 1), (u, trace.noise, batch.condition))
                carry, params = jax.lax.scan(frame, self.model.carry(batch.before), inputs)
                return (trace.params, trace.carry), (params.swapaxes(0, 1), carry)

            return jax.tree.map(np.asarray, both(variables, batch, noise))


@kept
def rig(case: Case) -> Rig:
    return Rig(case)


def padded(a, frames: int):
    """The array with zeros after its last frame, up to so many."""
    return jnp.pad(a, ((0, 0), (0, frames - a.shape[1]), *((0, 0),) * (a.ndim - 2)))


def same_bits(a, b) -> None:
    jax.tree.map(lambda a, b: np.testing.assert_array_equal(np.asarray(a), np.asarray(b), strict=True), a, b)


def close(a, b, tolerance: float) -> None:
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance), a, b)


def real(terms: Terms, mask, frames: int = FRAMES) -> Terms:
    """The terms with zeros in the padding."""
    mask = np.asarray(mask)[:, :frames] > 0
    return jax.tree.map(lambda a: np.where(mask.reshape(mask.shape + (1,) * (a.ndim - 2)), a[:, :frames], 0), terms)


# the properties


def stepped_is_parallel_in_float64(rig: Rig) -> None:
    np.testing.assert_allclose(*rig.stepped(jnp.float64), rtol=1e-10)


def stepped_is_parallel_in_float32(rig: Rig) -> None:
    np.testing.assert_allclose(*rig.stepped(jnp.float32), rtol=1e-4)


def a_trace_is_what_the_stepped_run_does_again(rig: Rig) -> None:
    """Given the noise of a trace, the stepped run draws the posterior's z: the same densities, the same carry."""
    trace, stepped = rig.traced(jnp.float64)
    assert jax.tree.structure(trace) == jax.tree.structure(stepped)
    close(trace, stepped, 1e-9)


def no_frame_sees_the_future(rig: Rig) -> None:
    by_x, by_noise, *_ = rig.jacobian
    for t in range(FRAMES):
        assert not by_x[t, 0, t + 1 :].any()
        assert not by_noise[t, 0, t + 1 :].any()
        assert by_x[t, 0, t].all()
        assert by_noise[t, 0, t].all()


def rows_do_not_see_each_other(rig: Rig) -> None:
    for part in rig.jacobian:
        assert part[:, 0].any() or not part.size
        assert not part[:, 1:].any()


def the_past_reaches_as_far_as_declared(rig: Rig) -> None:
    """A frame depends on the `reach` frames before it, `before` among them, and on none further back.

    Where nothing bounds the reach, every frame depends on every one before it. Where the sound says which frames are
    read, by its period, there is nothing to hold a model to.
    """
    if rig.case.reach == BY_SOUND:
        return
    by_x, _, by_before, *_ = rig.jacobian
    inputs = np.concatenate([by_before[:, :1], by_x[:, 0]], axis=1)  # [t, u, D]: frame t has the inputs up to u = t
    for t in range(FRAMES):
        if rig.case.reach is None:
            assert inputs[t, : t + 1].any(axis=-1).all()
        else:
            assert not inputs[t, : max(0, t + 1 - rig.case.reach)].any()
    assert np.diagonal(inputs, 1 - (rig.case.reach or FRAMES)).any()


def padding_is_invisible(rig: Rig) -> None:
    """NaN in the padding changes neither a term nor a gradient, by no bit."""
    real_ones = rig.batch.mask[..., None] > 0
    x, condition = jax.tree.map(lambda a: jnp.where(real_ones, a, jnp.nan), (rig.batch.x, rig.batch.condition))
    poisoned = rig.batch._replace(x=x, condition=condition)
    grads, (terms, extra) = rig.train(rig.batch, rig.noise)
    grads_nan, (terms_nan, extra_nan) = rig.train(poisoned, rig.noise)
    same_bits((grads, real(terms, rig.batch.mask), extra), (grads_nan, real(terms_nan, rig.batch.mask), extra_nan))
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves((grads, extra)))
    assert any(leaf.any() for leaf in jax.tree.leaves(grads))
    same_bits(real(rig.infer(poisoned, rig.noise), poisoned.mask), real(rig.infer(rig.batch, rig.noise), poisoned.mask))


def more_padding_changes_nothing(rig: Rig) -> None:
    """The same sequences in more padding, or in less, give the same terms on their frames."""
    more = FRAMES + 5
    longer = rig.batch._replace(x=padded(rig.batch.x, more), mask=padded(rig.batch.mask, more))
    _, (terms, extra) = rig.train(rig.batch, rig.noise)
    terms_5, extra_5 = rig.forward(longer, padded(rig.noise, more))
    close(real(terms, rig.batch.mask), real(terms_5, rig.batch.mask), 2e-5)
    close(extra, extra_5, 2e-5)


def a_broken_row_is_alone(rig: Rig) -> None:
    broken = rig.batch._replace(x=rig.batch.x.at[1].set(jnp.nan))
    keep = np.array([0, 2, 3])
    good, bad = rig.infer(rig.batch, rig.noise), rig.infer(broken, rig.noise)
    assert np.isnan(np.asarray(bad.log_px)[1]).any()
    same_bits(*jax.tree.map(lambda a: np.asarray(a)[keep], (good, bad)))


def what_is_read_may_differ_from_what_is_scored(rig: Rig) -> None:
    """Reading the frames themselves changes nothing; reading others moves what is said of later frames."""
    read = jax.jit(lambda x: rig.model.terms(rig.variables, rig.batch, rig.noise, read=x)[0])
    close(real(read(rig.batch.x), rig.batch.mask), real(rig.infer(rig.batch, rig.noise), rig.batch.mask), 1e-5)
    other = rig.batch._replace(x=rig.batch.x + 0.3)
    found, poisoned = read(other.x), read(jnp.where(rig.batch.mask[..., None] > 0, other.x, jnp.nan))
    same_bits(real(found, rig.batch.mask), real(poisoned, rig.batch.mask))
    assert (np.asarray(found.log_px)[:, 1] != np.asarray(rig.infer(rig.batch, rig.noise).log_px)[:, 1]).all()
    prior = jax.jit(lambda x: rig.model.terms(rig.variables, rig.batch, rig.noise, infer=False, read=x)[0].log_px)
    close(prior(other.x)[:, 0], rig.prior(rig.batch, rig.noise).log_px[:, 0], 1e-5)  # it has read nothing yet


def divergence_is_never_negative(rig: Rig) -> None:
    kl = np.asarray(rig.infer(rig.batch, rig.noise).kl)
    assert (kl >= 0).all()
    assert (kl[:, 0] > 0).all()


def the_prior_costs_nothing(rig: Rig) -> None:
    terms = rig.prior(rig.batch, rig.noise)
    assert not np.asarray(terms.kl).any()
    assert not np.asarray(terms.log_ratio).any()


def ratio_averages_to_divergence(rig: Rig) -> None:
    draws = 1024
    noise = jax.random.normal(jax.random.key(1), (draws, *rig.noise.shape))
    terms = jax.jit(jax.vmap(rig.infer, in_axes=(None, 0)))(rig.batch, noise)
    assert terms.log_ratio.shape == (draws, ROWS, FRAMES, rig.numbers)
    gap = np.asarray(terms.log_ratio - terms.kl, np.float64)[:, np.asarray(rig.batch.mask) > 0]
    error = gap.std(axis=0) / np.sqrt(draws)
    assert (np.abs(gap.mean(axis=0)) < 5 * error).all()
    total = np.asarray(terms.kl)[:, np.asarray(rig.batch.mask) > 0].sum(axis=(1, 2)).mean()
    assert abs(gap.sum(axis=(1, 2)).mean()) <= 0.05 * total
    close(rig.infer(rig.batch, noise[3]), jax.tree.map(lambda a: a[3], terms), 1e-4)


def same_noise_same_bits(rig: Rig) -> None:
    first = rig.infer(rig.batch, rig.noise)
    same_bits(first, rig.infer(rig.batch, rig.noise + 0))
    if rig.numbers:
        changed = np.asarray(first.log_px) != np.asarray(rig.infer(rig.batch, -rig.noise).log_px)
        assert changed[np.asarray(rig.batch.mask) > 0].all()


def weights_are_finite_and_depend_on_the_key(rig: Rig) -> None:
    """All are float32, and another key gives other ones."""
    init = jax.jit(rig.model.init)
    fresh = init(jax.random.key(0))
    assert {a.dtype for a in jax.tree.leaves(fresh)} == {jnp.dtype(jnp.float32)}
    assert all(np.isfinite(a).all() for a in jax.tree.leaves(fresh))
    same_bits(fresh, init(jax.random.key(0)))
    other = jax.tree.leaves(init(jax.random.key(1)))
    assert any((a != b).any() for a, b in zip(jax.tree.leaves(fresh), other, strict=True))


def a_split_batch_is_the_batch(rig: Rig) -> None:
    """Under a mapped axis the terms and the statistics of training are those of the whole batch."""

    run = functools.partial(rig.model.terms, train=True, axis="data")

    split = jax.tree.map(lambda a: a.reshape(2, ROWS // 2, *a.shape[1:]), (rig.batch, rig.noise))
    terms, extra = jax.jit(jax.vmap(run, in_axes=(None, 0, 0), axis_name="data"))(rig.variables, *split)
    _, (whole, whole_extra) = rig.train(rig.batch, rig.noise)
    close(real(jax.tree.map(lambda a: a.reshape(ROWS, *a.shape[2:]), terms), rig.batch.mask),
          real(whole, rig.batch.mask), 2e-5)  # fmt: skip
    close(extra, jax.tree.map(lambda a: np.stack([a, a]), whole_extra), 2e-5)


def shapes_are_as_declared(rig: Rig) -> None:
    terms = rig.infer(rig.batch, rig.noise)
    per_number = (ROWS, FRAMES, rig.numbers)
    assert terms.log_px.shape == terms.at_floor.shape == (ROWS, FRAMES)
    assert terms.kl.shape == terms.log_ratio.shape == per_number
    assert terms.aux.shape[:2] == (ROWS, FRAMES)
    assert rig.model.frame == rig.case.frame
    assert terms.at_floor.dtype == bool
    assert terms.carry is None
    assert {a.dtype for a in jax.tree.leaves(terms._replace(at_floor=terms.log_px))} == {jnp.dtype(jnp.float32)}


def stretches_are_the_whole(rig: Rig) -> None:
    """Stretches that go on from one another, each with the frames that its posterior sees beyond it."""
    ahead = FRAMES if rig.model.lookahead is None else rig.model.lookahead
    whole, joined = rig.cut(ahead)
    close(real(joined, rig.batch.mask), real(whole, rig.batch.mask), 1e-9)


def the_posterior_looks_as_far_ahead_as_declared(rig: Rig) -> None:
    if not rig.numbers:
        return
    plain, last = rig.infer(rig.whole, rig.noise), FRAMES - 1
    other = rig.infer(rig.whole._replace(x=rig.whole.x.at[:, last].add(0.5)), rig.noise)
    moved = (np.asarray(plain.kl) != np.asarray(other.kl)).any(-1)
    if rig.model.lookahead is None:
        assert moved[:, last - 4 :].all()  # further back there is an end to what float32 tells apart
        return
    first = last - rig.model.lookahead
    assert moved[:, first].all()
    assert not moved[:, :first].any()


def a_carry_of_other_rows_is_refused(rig: Rig) -> None:
    carry, past = rig.model.carry(rig.batch.before[:1]), rig.past(rig.batch)

    def refused(**given) -> str:
        with pytest.raises(SwnError) as error:
            jax.eval_shape(rig.model.terms, rig.variables, rig.batch._replace(**given), rig.noise)
        return str(error.value)

    if jax.tree.leaves(carry):
        assert refused(carry=carry, past=past).startswith("carry: found shapes ")
    memory, carry = past.shape[1], rig.model.carry(rig.batch.before)
    assert refused(carry=carry, past=past[:1]).startswith(
        f"past: found shape [1, {memory}, {rig.case.frame}], wanted [4"
    )
    following = rig.batch._replace(x=rig.batch.x[:1])
    assert refused(carry=carry, past=past, following=following).startswith("following.x: found shape [1, 14")
    if memory > 1:
        assert refused(carry=carry).startswith(f"past: found none with a carry, wanted the {memory} frames before")


def the_condition_is_read_from_its_frame_on(rig: Rig) -> None:
    """It reaches the density of its own frame and later ones, the posterior of earlier ones, and every gradient."""
    *_, by_condition = rig.jacobian
    for t in range(FRAMES):
        assert by_condition[t, 0, t].all()
        assert not by_condition[t, 0, t + 1 :].any()
    plain = rig.infer(rig.batch, rig.noise)
    other = rig.infer(rig.batch._replace(condition=rig.batch.condition + 0.3), rig.noise)
    assert (np.asarray(plain.kl) != np.asarray(other.kl))[np.asarray(rig.batch.mask) > 0].all()


def a_condition_of_the_sequence_is_that_of_its_frames(rig: Rig) -> None:
    one = rig.batch.condition[:, 0]
    each = jnp.broadcast_to(one[:, None], rig.batch.condition.shape)
    same_bits(*(rig.infer(rig.batch._replace(condition=c), rig.noise) for c in (one, each)))


CONDITIONED = [  # of a model with a condition, which is for the rest a model of wider frames
    stepped_is_parallel_in_float64, a_trace_is_what_the_stepped_run_does_again, no_frame_sees_the_future,
    rows_do_not_see_each_other, padding_is_invisible, the_condition_is_read_from_its_frame_on,
    a_condition_of_the_sequence_is_that_of_its_frames, shapes_are_as_declared, stretches_are_the_whole,
    a_carry_of_other_rows_is_refused,
]  # fmt: skip
PROPERTIES = [
    stepped_is_parallel_in_float64, stepped_is_parallel_in_float32, a_trace_is_what_the_stepped_run_does_again,
    no_frame_sees_the_future,
    rows_do_not_see_each_other, the_past_reaches_as_far_as_declared, padding_is_invisible,
    more_padding_changes_nothing, a_broken_row_is_alone, what_is_read_may_differ_from_what_is_scored,
    divergence_is_never_negative, the_prior_costs_nothing,
    ratio_averages_to_divergence, same_noise_same_bits, weights_are_finite_and_depend_on_the_key,
    a_split_batch_is_the_batch, shapes_are_as_declared, stretches_are_the_whole,
    the_posterior_looks_as_far_ahead_as_declared, a_carry_of_other_rows_is_refused,
]  # fmt: skip
