"""Models that write a given text: a soft window over its letters is the condition of each frame (Graves 2013).

     x[t-1] --> window h[t], kappa[t] --> w[t] --> generator and posterior of frame t, as any condition
                  ^              ^
               h[t-1], w[t-1]   the text

The text itself is the condition: one-hot vectors of U letters, one after the other, zeros after the last.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from swn_jax.models.arguments import checked
from swn_jax.models.base import positive
from swn_jax.models.conditions import conditioned, telling, with_told
from swn_jax.models.frames import clean, clean_read, one_frame, with_following
from swn_jax.models.text_net import Text, Window, passed
from swn_jax.ops.bounds import limited
from swn_jax.ops.masks import zero_padding
from swn_jax.ops.time import inputs
from swn_jax.types import Batch, Carry, Model, Terms, Trace, Variables

NAME = "window"  # of its parameters, beside those of the model


def writing(make: Callable[..., Model], most: int, letters: int) -> Callable[..., Model]:
    """A builder of models that are given a text, C = U A numbers of `most` U letters of an alphabet of `letters` A.

    The window is the same for any model, with its parameters and its carry beside those of the model, which has w_t
    for its condition: it looks at x_{t-1} alone, so nothing of x_t is said before w_t is known.

    Args:
      make: builds a model for a width of frames and, as a keyword, a likelihood.
      most: U, letters of the longest text.
      letters: A.
    Raises:
      SwnError: for sizes below 1.
    """
    positive(most=most, letters=letters)
    return lambda frame, **given: _writing(conditioned(make, letters), most, letters, frame, **given)


def _writing(make: Callable[..., Model], most: int, letters: int, frame: int, **given: Any) -> Model:
    net: Any = Window(letters)
    likelihood = make(frame, **given).likelihood

    def network(batch: Batch, share: Array) -> Model:
        told = telling(likelihood, batch._replace(condition=share))
        return make(frame, likelihood=told) if likelihood.told else make(frame, **given)

    def init(key: Array) -> Variables:
        own, one = inner.init(key), jnp.zeros((1, 1, frame), jnp.float32)
        window = net.init(jax.random.fold_in(key, 1), one, jnp.zeros((1, most * letters), jnp.float32), one[..., 0])
        return {**own, "params": {**own["params"], NAME: window["params"]}}

    def seen(variables: Variables, batch: Batch, read: Array | None) -> tuple[Batch, Carry, Array]:
        own = None if batch.carry is None else batch.carry[0]
        carry, (w, phi) = over(variables, letters, batch, read)
        share = passed(phi, text_of(batch))
        following = beyond(variables, letters, batch, read, carry)
        return batch._replace(condition=w, carry=own, following=following), carry, share

    def terms(
        variables: Variables,
        batch: Batch,
        noise: Array,
        *,
        infer: bool = True,
        train: bool = False,
        axis: str | None = None,
        read: Float[Array, "B T D"] | None = None,
    ) -> tuple[Terms, Variables]:
        given, window, share = seen(variables, clean(batch), read)
        model = network(given, share)
        own, extra = model.terms(variables, given, noise, infer=infer, train=train, axis=axis, read=read)
        return own if batch.carry is None else own._replace(carry=(own.carry, window)), extra

    def trace(
        variables: Variables, batch: Batch, noise: Array, *, infer: bool = True, read: Array | None = None
    ) -> Trace:
        batch, window, share = seen(variables, clean(batch), read)
        found = network(batch, share).trace(variables, batch, noise, infer=infer, read=read)
        return found._replace(params=with_told(likelihood, found.params, share), carry=(found.carry, window))

    def carry(before: Array) -> Carry:
        return inner.carry(before), net.carry(before)

    def step(
        variables: Variables, carry: Carry, x_prev: Array, noise: Array, *, condition: Array | None = None,
        read: Array | None = None,
    ) -> tuple[Carry, Array]:  # fmt: skip
        (own, window), u, text = carry, x_prev if read is None else read, limited(jnp.asarray(condition))
        window, (w, phi) = net.apply(of_window(variables), window, u, text, method="step")
        own, params = inner.step(variables, own, x_prev, noise, condition=w, read=read)
        return (own, window), with_told(likelihood, params, passed(phi, text))

    one = one_frame(frame)
    inner = network(one, jnp.zeros((*one.mask.shape, 1), one.x.dtype))  # for all that asks for no density
    functions = init, terms, trace, carry, step
    return checked(Model(frame, inner.latents, likelihood, *functions, most * letters, inner.lookahead))


def of_window(variables: Variables) -> Variables:
    """The parameters of the window alone."""
    return {"params": variables["params"][NAME]}


def over(
    variables: Variables, letters: int, batch: Batch, read: Array | None = None
) -> tuple[Carry, tuple[Float[Array, "B T A"], Float[Array, "B T U"]]]:
    """The window over clean sequences: its last carry, w and phi."""
    start = None if batch.carry is None else batch.carry[1]
    u = inputs(batch.x, batch.before, clean_read(read, batch))
    net: Any = Window(letters)
    return net.apply(of_window(variables), u, text_of(batch), batch.mask, start)


def beyond(variables: Variables, letters: int, batch: Batch, read: Array | None, carry: Carry) -> Batch | None:
    """The frames that follow clean sequences, with the window over them for their condition; None where none do."""
    if batch.following is None:
        return None
    u = inputs(with_following(batch)[0], batch.before, clean_read(read, batch))[:, batch.x.shape[1] :]
    net: Any = Window(letters)
    given = u, text_of(batch.following), batch.following.mask, carry
    return batch.following._replace(condition=net.apply(of_window(variables), *given)[1][0])


def text_of(batch: Batch) -> Text:
    """The text of sequences, or of each frame with zeros in the padding."""
    text = limited(jnp.asarray(batch.condition))
    return zero_padding(text, batch.mask) if text.ndim == 3 else text


def attention(variables: Variables, letters: int, batch: Batch) -> Float[Array, "B T U"]:
    """phi(t, u): how much each frame of sequences is written by looking at each letter of their texts.

    Args:
      variables: of a model that `writing` built.
      letters: A.
      batch: with texts [B, U A] as its condition.
    """
    return over(variables, letters, clean(batch))[1][1]


def frames_written(variables: Variables, letters: int, batch: Batch) -> Int[Array, " B"]:
    """The frames until the window looks at the place after the last letter (Graves 2013), all where it never does."""
    phi = attention(variables, letters, batch)
    known = jnp.asarray(batch.condition).reshape(*phi.shape[::2], letters).any(-1)
    count = jnp.where(known, jnp.arange(1, phi.shape[2] + 1)[None], 0).max(-1)
    passed = phi.argmax(-1) >= count[:, None]
    return jnp.where(passed.any(-1), passed.argmax(-1), phi.shape[1])
