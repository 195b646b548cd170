"""Building the optimizer of a run from its config, and the schedule of its rate."""

import re

import jax
import optax

from swn_jax.configs.settings import Config
from swn_jax.errors import SwnError, unknown
from swn_jax.train.average import averaged
from swn_jax.train.by_path import by_path
from swn_jax.train.duration import in_steps
from swn_jax.train.optim import adamw, clipped, constant_rate, cosine_rate, restarted
from swn_jax.train.rules import lion, muon, schedule_free
from swn_jax.types import Model

SCHEDULES = ("cosine", "constant")
OPTIMIZERS = ("adam", "adamw", "lion", "muon", "schedule_free")


def rate_of(config: Config, epoch: int) -> optax.Schedule:
    """The schedule of the learning rate, with the restarts of an extended training; `epoch` is the steps per epoch.

    Raises:
      SwnError: for an unknown schedule, and a training that is shorter than its warm-up.
    """
    kind, peak, warmup = config["schedule"], config["rate"], warmup_of(config, epoch)
    if kind not in SCHEDULES:
        raise unknown("schedule", kind, SCHEDULES)
    if kind == "constant":
        return constant_rate(peak, warmup)
    ends = ends_of(config, epoch)
    rate = cosine_rate(peak, ends[0], warmup)
    for (start, _), end in zip(config["extended"], ends[1:], strict=True):
        rate = restarted(rate, start, peak, end - start, in_steps(config["warmup"], epoch))
    return rate


def ends_of(config: Config, epoch: int) -> list[int]:
    """The steps of the training as it was first meant, and as it was extended; the last ones are `steps_of`."""
    return [*(in_steps(before, epoch) for _, before in config["extended"]), steps_of(config, epoch)]


def steps_of(config: Config, epoch: int) -> int:
    """The steps of the whole training; raises SwnError for none."""
    steps = in_steps(config["steps"], epoch)
    if steps < 1:
        found = f"found a training of {config['steps']} with {epoch} steps per epoch"
        raise SwnError(f"{found}, wanted one step or more")
    return steps


def warmup_of(config: Config, epoch: int) -> int:
    """The steps in which the rate rises: those of the config, or in a shorter training a tenth of it."""
    steps, warmup = ends_of(config, epoch)[0], in_steps(config["warmup"], epoch)
    return warmup if warmup < steps else steps // 10


def factors_of(config: Config) -> dict[str, float]:
    """The factors on rates by patterns of paths; what is frozen has 0.

    Raises:
      SwnError: for factors that cannot be read.
    """
    factors = {}
    for word in config["rate_factors"].split():
        pattern, _, factor = word.rpartition("=")
        if not pattern or not re.fullmatch(r"\d+(\.\d*)?(e-?\d+)?|\.\d+", factor):
            raise SwnError(
                f"found {word!r} in rate_factors, wanted PATTERN=FACTOR, as 'head/.*=0.1', with spaces between"
            )
        factors[pattern] = float(factor)
    return factors | ({config["freeze"]: 0.0} if config["freeze"] else {})


def averages(model: Model, decay: float) -> str:
    """The sentence about averaged weights and their memory."""
    params = jax.tree.leaves(jax.eval_shape(model.init, jax.random.key(0))["params"])
    size = sum(a.size * a.dtype.itemsize for a in params) / 2**20
    what = f"averaged weights of decay {decay:g} are evaluated and sampled"
    return f"{what}: one more copy of the parameters, {size:.1f} MiB"


def keeps_average(config: Config) -> bool:
    """Whether the optimizer keeps averaged weights, which are evaluated in place of the last ones."""
    return bool(config["ema"]) or config["optimizer"] == "schedule_free"


def optimizer_of(config: Config, epoch: int) -> optax.GradientTransformation:
    """Build the optimizer of the config's name.

    Raises:
      SwnError: for an unknown one, and for settings that go with none, or not with this one.
    """
    tx = clipped(rule_of(config, rate_of(config, epoch)), config["clip"], config["clip_largest"])
    if factors := factors_of(config):
        tx = by_path(tx, factors)
    return averaged(tx, config["ema"]) if config["ema"] else tx


def rule_of(config: Config, rate: optax.Schedule) -> optax.GradientTransformation:
    """The optimizer without the clips of gradients."""
    b2, eps, decay = config["adam_b2"], config["adam_eps"], config["decay"]
    match config["optimizer"]:
        case "adam" | "adamw":
            return adamw(rate, b2=b2, eps=eps, decay=decay)
        case "lion":
            return lion(rate, **config["lion"], decay=decay)
        case "muon":
            return muon(rate, **config["muon"], b2=b2, eps=eps, decay=decay)
        case "schedule_free":
            if config["schedule"] != "constant":
                raise SwnError(f"schedule_free wants a rate that stays, found schedule={config['schedule']}: set "
                               "--config.schedule=constant")  # fmt: skip
            if config["ema"] or factors_of(config):
                raise SwnError("schedule_free keeps an average of its own, of one rate for all: leave out ema, freeze "
                               "and rate_factors")  # fmt: skip
            return schedule_free(rate, **config["schedule_free"], b2=b2, eps=eps, decay=decay)
    raise unknown("optimizer", config["optimizer"], OPTIMIZERS)
