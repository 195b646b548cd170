"""The keys of every config, with their default values."""

from typing import Any

from swn_jax.configs.settings import Settings, put
from swn_jax.configs.systems import density_of, system_of
from swn_jax.dists.likelihood import fields_of as fields_of_likelihood
from swn_jax.models import fields_of


def base(system: str, density: str = "") -> Settings:
    """The default settings of a system, with its own density or that of a corpus: the pen for ink."""
    model, fixed, own, row = system_of(system)
    fields = {k: v for k, v in fields_of(model).items() if k not in ("likelihood", "condition")} | dict(fixed)
    likelihood, changed = density_of(system, density)
    settings: Settings = dict(
        dataset="synthetic_speech",
        system=system,  # name of the row in tables; the fields below define it
        seed=0,
        replicas=1,  # seeds trained together, from `seed` up; fills a GPU with small models
        steps="2500 steps",  # a duration in steps or epochs, as "20 epochs"
        batch=32,  # sequences over all devices
        sequence_length=40,  # frames per training sequence; for ink and motion the maximum
        frame_size=0,  # for sound: samples per frame, a divisor of the corpus' own; 0 for the corpus' own
        shift=True,  # for sound: cut at a different offset in every epoch; False is the classic framing
        sequence_stride=40,  # for ink and motion: frames from one training sequence to the next
        carried=False,  # train on consecutive windows of recordings, each goes on from what the one before has left
        condition="",  # what the model is given: speaker, label or text as the corpus keeps them, prosody, or columns
        scaling="",  # "" for the published one of the domain
        rate=1e-3,
        schedule="cosine",  # of the rate after the warm-up: along half a cosine to 0 at the end, or constant
        warmup="50 steps",
        clip=0.0,  # largest global norm of the gradient (nats per frame); 0 for no clipping
        clip_largest=0.0,  # largest entry of that gradient, rescaled as a whole; 0 for no clipping
        optimizer="adam",  # or adamw (the same: decay decides), lion, muon, schedule_free
        adam_b2=0.95,  # short memory: gradients of sharp densities vary by orders of magnitude
        adam_eps=1e-8,
        decay=0.0,  # decoupled, times the rate, of matrices
        lion=dict(b1=0.9, b2=0.99),
        muon=dict(beta=0.95),  # for matrices, beside Adam for vectors
        schedule_free=dict(b1=0.9),
        ema=0.0,  # decay of averaged weights, which are evaluated in place of the last ones; 0 for none
        freeze="",  # a regular expression: parameters of such paths are not trained, as "causal_0/.*"
        rate_factors="",  # of parameters by such expressions, as "head/.*=0.1 causal_0/.*=0.5"
        anneal=dict(kind="cosine", over="1250 steps", start=0.2, end=1.0),  # start is in units of end
        free_nats=0.0,  # per frame and layer that z may carry at no cost in training
        aux_weight=0.0,  # weight of auxiliary costs of the model
        input_noise=0.0,  # on what is read in training: relative for sound, else in standardised units
        own_inputs=0.0,  # share of what is read that the model draws itself, after half the training
        # floor and ceiling are of log-scales
        likelihood={"name": likelihood, **fields_of_likelihood(likelihood), **changed},
        log_every=50,  # steps; 0 for never
        # steps between evaluations of the bound on the validation split, each with a checkpoint; 0 for at the end
        eval_every=250,
        extended=(),  # kept by `train`: (step, steps) of each extension, where it began and the steps of before
        # beside those: every so many steps or minutes; kept are the newest ones, and for good every `keep_every` steps
        checkpoint=dict(every=0, minutes=0.0, keep=2, keep_every=0),
        replay_every=0,  # steps from one that is computed twice and compared bit for bit to the next; 0 for never
        max_bad=20,  # consecutive skipped updates that end the run
        model={"name": model, **fields},
    )
    if not density:
        put(settings, own.training)
    if row == "zforcing_aux":
        put(settings, {"aux_weight": 5e-4})
    return settings


def resize(settings: Settings, **sizes: Any) -> None:
    """Set those sizes that the model has; `layers` is for WaveNets, an LSTM keeps its one layer."""
    model = settings["model"]
    known = {name for name in model if not (name == "layers" and model["name"] == "lstm")}
    model.update({name: size for name, size in sizes.items() if name in known})
