"""What the commands share: flags and errors without a traceback, and the parts of a run from its config."""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import optax
from absl import app, flags, logging
from ml_collections import ConfigDict

import swn_jax
from swn_jax.anneal import Anneal
from swn_jax.data.batches import Batches
from swn_jax.errors import SwnError
from swn_jax.train.duration import in_steps
from swn_jax.train.optim import adam, cosine_rate
from swn_jax.train.state import TrainState, init_state

USER_ERROR = 2


def run(main: Callable[[list[str]], int | None]) -> None:
    """absl's `app.run`, with every error that a user can mend as one sentence and exit status 2."""

    def parse(argv: list[str]) -> list[str]:
        try:
            return flags.FLAGS(argv)
        except (flags.Error, SwnError) as error:
            sys.exit(complaint(str(error)))
        except (AttributeError, KeyError) as error:  # ml_collections, for a key that the config does not have
            sys.exit(complaint(unknown_key(error)))

    def guarded(argv: list[str]) -> int | None:
        if not flags.FLAGS["verbosity"].present:
            logging.set_verbosity(logging.WARNING)  # orbax tells of every file it moves
        try:
            return main(argv)
        except SwnError as error:
            return complaint(str(error))

    app.run(guarded, flags_parser=parse)


def complaint(text: str) -> int:
    print(f"error: {text}", file=sys.stderr)
    return USER_ERROR


def unknown_key(error: Exception) -> str:
    """ml_collections' words for a misspelt key, as one sentence."""
    found = re.search(r"'?(\w+)'?.*Did you mean \"(\w+)\"", str(error).replace("\\n", " "), re.DOTALL)
    if found:
        return f"the config has no key {found[1]!r}: did you mean {found[2]!r}?"
    return f"the config has no key {error}: print the config with `--config=FILE --print_config`"


def checked(config: Any) -> ConfigDict:
    """The config that the flag names, or an error in place of what ml_collections gives for a missing file."""
    if config is None:
        raise SwnError("which config? pass --config=experiments/configs/synthetic_speech.py:swavenet")
    try:
        config.lock()
    except Exception as error:
        reason = str(error).strip().splitlines()[-1].strip()  # before it ml_collections tells where it has looked
        raise SwnError(f"the config cannot be read: {reason}") from None
    return config


def model_of(config: ConfigDict, frame: int) -> swn_jax.Model:
    fields = dict(config.model)
    return swn_jax.build(fields.pop("name"), frame, likelihood=swn_jax.likelihood(**config.likelihood), **fields)


def rate_of(config: ConfigDict, epoch: int) -> optax.Schedule:
    return cosine_rate(config.rate, in_steps(config.steps, epoch), in_steps(config.warmup, epoch))


def optimizer_of(config: ConfigDict, epoch: int) -> optax.GradientTransformation:
    return adam(rate_of(config, epoch), config.clip, b2=config.adam_b2, eps=config.adam_eps, decay=config.decay,
                largest=config.clip_largest)  # fmt: skip


def anneal_of(config: ConfigDict, epoch: int) -> Anneal:
    return swn_jax.anneal.schedule(config.anneal.kind, in_steps(config.anneal.over, epoch), config.anneal.start)


def first_state(config: ConfigDict, model: swn_jax.Model, data: Batches) -> TrainState:
    epoch = data.steps_per_epoch
    batch = swn_jax.Batch(*map(jax.numpy.asarray, data.batch_at(config.seed, 0)))
    return init_state(model, optimizer_of(config, epoch), anneal_of(config, epoch), config.seed, batch)


def remember(config: ConfigDict, workdir: Path) -> None:
    """Writes the config into a new workdir; refuses to go on in one that belongs to another config."""
    path, text = workdir / "config.json", config.to_json_best_effort(indent=1, sort_keys=True)
    if path.exists() and path.read_text() != text:
        old, new = json.loads(path.read_text()), json.loads(text)
        keys = sorted(k for k in {*old, *new} if old.get(k) != new.get(k))
        was = ", ".join(f"{k}: {old.get(k)} there, {new.get(k)} now" for k in keys)
        raise SwnError(f"{workdir} holds a run of another config ({was}): take another --workdir, or the same config")
    workdir.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
