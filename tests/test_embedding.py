"""The library inside somebody else's program: their loss, their optimizer, their loop, their transformations."""

import jax
import jax.numpy as jnp
import numpy as np
import optax

import swn_jax

FRAME, N = 4, 6


def program():
    """Another program's model: a learnt gain in front of Stochastic WaveNet, and a penalty of its own."""
    model = swn_jax.build("swavenet", FRAME, layers=2, width=12, latent=N // 2)

    def loss(tree, x, key):
        batch = swn_jax.Batch(x * jnp.exp(tree["gain"]), jnp.ones(x.shape[:2]), jnp.zeros_like(x[:, 0]))
        terms, _ = model.terms(tree["swn"], batch, jax.random.normal(key, (*x.shape[:2], N)))
        # the density of x, not of the scaled x: the change of variables adds the logarithm of the gain
        bound = swn_jax.elbo(terms, batch.mask) + tree["gain"] * x[0].size
        return -bound.mean() / x[0].size + 1e-3 * tree["gain"] ** 2

    return model, loss


def data(key, size=8):
    t = jnp.arange(10)[None, :, None] * 0.7 + jax.random.uniform(key, (size, 1, FRAME)) * 6
    return 0.2 * jnp.sin(t)


def test_another_programs_loop_learns():
    model, loss = program()
    tree = {"gain": jnp.zeros(()), "swn": model.init(jax.random.key(1))}
    tx = optax.adam(1e-2)
    opt = tx.init(tree)

    @jax.jit
    def update(tree, opt, key):
        key_data, key_noise = jax.random.split(key)
        value, grads = jax.value_and_grad(loss)(tree, data(key_data), key_noise)
        updates, opt = tx.update(grads, opt)
        return optax.apply_updates(tree, updates), opt, value

    values = []
    for step in range(60):
        tree, opt, value = update(tree, opt, jax.random.key(step))
        values.append(float(value))
    assert np.mean(values[-5:]) < values[0] - 0.5
    assert float(tree["gain"]) > 0.1  # its own parameter was trained through the model


def test_every_transformation_applies():
    model, _ = program()
    x = data(jax.random.key(0), size=4)
    batch = swn_jax.Batch(x, jnp.ones(x.shape[:2]), jnp.zeros_like(x[:, 0]))
    variables = model.init(jax.random.key(1))
    noise = jax.random.normal(jax.random.key(2), (5, 4, 10, N))

    def bound(batch, noise):
        return swn_jax.elbo(model.terms(variables, batch, noise)[0], batch.mask)

    plain = bound(batch, noise[0])
    np.testing.assert_allclose(jax.jit(bound)(batch, noise[0]), plain, rtol=1e-5)

    def draws(noise):
        return model.terms(variables, batch, noise)[0]

    terms = jax.vmap(draws)(noise)
    k_sample = swn_jax.iwae(terms, batch.mask)
    single = jnp.stack([bound(batch, n) for n in noise])
    np.testing.assert_allclose(jax.vmap(bound, (None, 0))(batch, noise), single, rtol=1e-5)
    assert k_sample.shape == (4,)

    shards = jax.tree.map(lambda a: a.reshape(4, 1, *a.shape[1:]), (batch, noise[0]))
    np.testing.assert_allclose(jax.pmap(bound)(*shards).ravel(), plain, rtol=1e-5)
    slope = jax.grad(lambda x: bound(batch._replace(x=x), noise[0]).sum())(x)
    assert np.isfinite(slope).all()
    assert np.abs(slope).max() > 0

    def draw(key):
        return swn_jax.generate(model, variables, key, 3, before=jnp.zeros((2, FRAME)))

    keys = jax.random.split(jax.random.key(3), 2)
    np.testing.assert_allclose(jax.vmap(draw)(keys)[1], draw(keys[1]), rtol=1e-4, atol=1e-5)
