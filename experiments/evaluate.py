"""Evaluate a run's best checkpoint on a split: whole recordings, each from its own start.

python -m experiments.evaluate --workdir=run --data_dir=data --split=test --samples=64
"""

import datetime
import json
import math
import shlex
import sys
from pathlib import Path

import jax
from absl import flags

import swn_jax
from experiments import common
from swn_jax.data import corpus, open_corpus
from swn_jax.data.whole import whole
from swn_jax.errors import SwnError
from swn_jax.train.evaluate import collect, make_score, report
from swn_jax.train.state import variables_of

WORKDIR = flags.DEFINE_string("workdir", None, "the run; required")
DATA_DIR = flags.DEFINE_string("data_dir", "data", "where prepared corpora lie")
SPLIT = flags.DEFINE_string("split", "test", "train, valid or test")
SAMPLES = flags.DEFINE_integer("samples", 16, "K of the importance-weighted bound", lower_bound=1)
SEED = flags.DEFINE_integer("seed", 0, "of the noise", lower_bound=0)
CHECKPOINT = flags.DEFINE_enum("checkpoint", "best", ["best", "newest"], "which checkpoint of the run")


def main(_: list[str]) -> None:
    if WORKDIR.value is None:
        raise SwnError("which run? pass --workdir=DIR")
    workdir = Path(WORKDIR.value)
    config = common.recall(workdir)
    record = corpus(config.dataset)
    prepared = open_corpus(config.dataset, DATA_DIR.value)
    groups = list(whole(prepared, SPLIT.value))
    model, found = common.trained(config, workdir, CHECKPOINT.value, record.frame)
    score = make_score(model, SAMPLES.value)
    scores = collect(score, variables_of(found.state), SEED.value, groups)
    result = {
        **report(scores, record.frame, math.log(prepared.std), SAMPLES.value),
        "corpus": record.name,
        "split": SPLIT.value,
        "unit": f"nats a {record.unit}, standardised by mean {prepared.mean:.6f} and deviation {prepared.std:.3f}",
        "context": f"whole {record.unit}s, the first frame given and not scored",
        "divisor": "real sequences and frames only",
        "floor": config.floor,
        "model": config.model.name,
        "parameters": sum(a.size for a in jax.tree.leaves(found.state.params)),
        "step": int(found.state.step),
        "seed": SEED.value,
        "command": shlex.join(["python", "-m", "experiments.evaluate", *sys.argv[1:]]),
        "date": datetime.date.today().isoformat(),
        "machine": jax.devices()[0].device_kind,
        "versions": {"swn_jax": swn_jax.__version__, "jax": jax.__version__},
    }
    (workdir / f"eval_{SPLIT.value}.json").write_text(json.dumps(result, indent=1) + "\n")
    print(table(result, record.unit))
    print(f"written to {workdir / f'eval_{SPLIT.value}.json'}")


def table(r: dict, unit: str) -> str:
    """The result for people."""
    layers = " ".join(f"{v:.1f}" for v in r["kl_by_layer"])
    rows = [
        (f"ELBO, nats each {unit}", f"{r['elbo']:.1f} +- {r['elbo_standard_error']:.1f} (standard error)"),
        ("  log p(x|z)", f"{r['log_px']:.1f}"),
        ("  KL", f"{r['kl']:.1f} (by layer, lowest first: {layers})"),
        (f"IWAE_{r['iwae_samples']}, nats each {unit}", f"{r['iwae']:.1f}"),
        ("ELBO, nats a frame", f"{r['elbo_a_frame']:.3f}"),
        ("bits a sample, 16 bit", f"{r['bits_a_sample']:.4f}"),
        ("frames at the floor", f"{100 * r['frames_at_floor']:.2f} % (log-scale {r['floor']:g})"),
        ("counted", f"{r['sequences']} {unit}s, {r['frames']} frames"),
        ("model", f"{r['model']}, {r['parameters']} parameters, step {r['step']}"),
    ]
    title = f"{r['corpus']}, {r['split']} split"
    return "\n".join([title, "-" * len(title), *(f"{name:<28}{value}" for name, value in rows)])


if __name__ == "__main__":
    common.run(main)
