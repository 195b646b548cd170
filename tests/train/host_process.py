"""One of several processes that train a small run; the tests import the run, and start this file for each process.

python host_process.py ADDRESS PROCESSES NUMBER WORKDIR DEVICES [DEED STEP]: at the step it does the deed.
"""

import functools
import os
import signal
import sys
from pathlib import Path

import jax
import jax.numpy as jnp
import runs
from faulty import Faulty, in_params

import swn_jax
from swn_jax.train import distributed, hosts
from swn_jax.train.logging import Intervals
from swn_jax.train.loop import train
from swn_jax.train.parallel import compile_step
from swn_jax.train.state import init_state
from swn_jax.train.step import make_train_step
from swn_jax.train.track import Member

STOPPED = 75


@functools.cache
def parts():
    """As in `runs`, but quick to compile: only process 0 can keep compiled programs."""
    return swn_jax.build("swavenet", runs.FRAME, layers=1, width=8, latent=3), *runs.parts()[1:]


def first():
    return init_state(*parts(), 0)


def nothing():
    """A state of the right shapes: what another process than 0 brings is of no account."""
    return jax.tree.map(
        lambda a: jax.random.key(1) if jnp.issubdtype(a.dtype, jax.dtypes.prng_key) else jnp.zeros(a.shape, a.dtype),
        jax.eval_shape(first),
    )


def run(workdir, devices, state, batches=runs.batch_at, change=lambda step: step, **options):
    """Of 12 steps, with a checkpoint at every fourth, and the sixth and the last computed twice."""
    step = change(compile_step(functools.partial(make_train_step, *parts()), devices))
    intervals = Intervals(steps=runs.STEPS, log_every=1, eval_every=4, max_bad=3, replay_every=6)
    member = Member(state, batches, runs.validate, workdir)
    return train(step, [member], intervals, rate=lambda step: 1e-2, **options)[0]


def stumble():
    raise RuntimeError("a fault of this process alone")


DEEDS = {
    "none": lambda: None, "dies": lambda: os.kill(os.getpid(), signal.SIGKILL), "stumbles": stumble,
    "is asked": lambda: os.kill(os.getpid(), signal.SIGTERM), "flips a bit": lambda: None,
}  # fmt: skip


def main(address, processes, number, workdir, devices, deed="none", step="0"):
    jax.config.update("jax_num_cpu_devices", int(devices))
    jax.config.update("jax_disable_most_optimizations", True)
    hosts.SILENCE = 8
    signals = []
    signal.signal(signal.SIGTERM, lambda *_: signals.append(1))

    def batches(at):
        if at == int(step):
            DEEDS[deed]()
        return runs.batch_at(at)

    def flips(whole):
        return Faulty(whole, int(step), in_params(jax.local_devices()[-1], (2, 5)))

    def joined():
        hosts.join(hosts.address_of(address, int(processes), int(number)))
        state = first() if distributed.is_primary() else nothing()
        ended = run(
            Path(workdir), distributed.devices(), state, batches, stop=distributed.any_process(lambda: bool(signals)),
            **({"change": flips} if deed == "flips a bit" else {}),
        )  # fmt: skip
        print(int(ended.state.step), flush=True)
        return 0 if ended.finished else STOPPED

    sys.exit(hosts.together(joined, lambda text: print(f"error: {text}", file=sys.stderr) or 2))


if __name__ == "__main__":
    main(*sys.argv[1:])
