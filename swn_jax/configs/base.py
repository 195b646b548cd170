"""The keys of every config, with the settings that the corpora share."""

from typing import Any

from ml_collections import ConfigDict, config_dict

from swn_jax.configs.systems import SYSTEMS
from swn_jax.dists.likelihood import fields_of as fields_of_likelihood
from swn_jax.errors import unknown
from swn_jax.models import fields_of


def base(system: str, ink: bool = False) -> ConfigDict:
    """The config of a system; `ink` gives it the density of the pen."""
    if system not in SYSTEMS:
        raise unknown("system", system, SYSTEMS)
    model, fixed, density, components = SYSTEMS[system]
    fields = {k: v for k, v in fields_of(model).items() if k != "likelihood"} | dict(fixed)
    placeholders = dict(stochastic=config_dict.placeholder(int), hidden=config_dict.placeholder(int))
    likelihood = "pen" if ink else density
    config = ConfigDict(
        dict(
            dataset="synthetic_speech",
            system=system,  # the row of the tables, for the record: what makes it that are the fields below
            seed=0,
            replicas=1,  # seeds trained at once, from `seed` up; for a GPU that one small model leaves idle
            steps="2500 steps",  # durations: a number of steps, or "20 epochs"
            batch=32,  # sequences, over all devices
            sequence_length=40,  # frames of a training sequence; of ink and motion at most
            frame_size=0,  # of sound: samples in a frame, a divisor of the corpus' number; 0 for that
            shift=True,  # cut joined sound at another offset in every epoch; False is the classic framing
            sequence_stride=40,  # of ink and motion: frames from one training sequence of a recording to the next
            scaling="",  # "" is the domain's published one
            rate=1e-3,
            warmup="50 steps",
            clip=0.0,  # largest global norm of the gradient of nats a frame; 0 for none
            clip_largest=0.0,  # largest entry of that gradient, all scaled alike; 0 for none
            adam_b2=0.95,  # gradients of sharp densities vary by orders of magnitude: forget soon
            adam_eps=1e-8,
            decay=0.0,
            anneal=dict(kind="cosine", over="1250 steps", start=0.2),
            aux_weight=0.0,  # of the model's further costs
            likelihood={"name": likelihood, **fields_of_likelihood(likelihood)},  # floor, ceiling: of log-scales
            log_every=50,
            eval_every=250,  # the bound on the validation split, and a checkpoint
            max_bad=20,  # skipped updates in a row that end the run
            model={"name": model, **fields, **{k: v for k, v in placeholders.items() if k in fields}},
        )
    )
    if ink:
        config.likelihood.components = components
    if system == "zforcing_aux":
        config.aux_weight = 5e-4
    return config.lock()


def resize(config: ConfigDict, **sizes: Any) -> None:
    """Sets those of the sizes that the model has; `layers` are of a WaveNet, an LSTM keeps its one."""
    known = {name for name in config.model if not (name == "layers" and config.model.name == "lstm")}
    config.model.update({name: size for name, size in sizes.items() if name in known})
