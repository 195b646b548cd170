"""Evaluate a run's best checkpoint on a split: whole recordings, each from its own start.

python -m experiments.evaluate --workdir=run --data_dir=data --split=test --samples=64
"""

import datetime
import json
import shlex
import sys

import jax
import numpy as np
from absl import flags

import swn_jax
from experiments import common, saved
from swn_jax.data.whole import whole
from swn_jax.train.evaluate import bits_a_sample, collect, make_score, report

SPLIT = flags.DEFINE_string("split", None, "train, valid or test; the one that the corpus reports if not given")
SAMPLES = flags.DEFINE_integer("samples", 16, "K of the importance-weighted bound", lower_bound=1)


def main(_: list[str]) -> None:
    run = saved.load()
    split = SPLIT.value or run.corpus.splits[-1]
    groups = whole(run.prepared, split)
    scores = collect(make_score(run.model, SAMPLES.value), run.variables, saved.SEED.value, groups)
    unit, prepared, domain = run.corpus.unit, run.prepared, run.corpus.domain
    speech = domain.name == "speech"
    result = {
        **report(scores, SAMPLES.value),
        **({"bits_a_sample": bits_a_sample(scores, prepared.frame, prepared.scale.item())} if speech else {}),
        "corpus": run.corpus.name,
        "split": split,
        "reported": split == run.corpus.splits[-1],  # in tables: the test split, of IAM-OnDB the validation lines
        "unit": f"nats each {unit}, in units of the {prepared.scaling} scaling"
        + f", frames of {prepared.frame}" * bool(run.config.get("frame")),
        "log_scale_a_frame": float(np.broadcast_to(np.log(prepared.scale), prepared.frame).sum()),
        "context": f"{unit} from its own start" + ", the frame before it given and not scored" * domain.given,
        "divisor": "real sequences and frames only",
        "likelihood": dict(run.config.likelihood),
        "model": run.config.model.name,
        "parameters": sum(a.size for a in jax.tree.leaves(run.variables["params"])),
        "step": run.step,
        "seed": saved.SEED.value,
        "command": shlex.join(["python", "-m", "experiments.evaluate", *sys.argv[1:]]),
        "date": datetime.date.today().isoformat(),
        "machine": jax.devices()[0].device_kind,
        "versions": {"swn_jax": swn_jax.__version__, "jax": jax.__version__},
    }
    path = run.workdir / f"eval_{split}.json"
    path.write_text(json.dumps(result, indent=1) + "\n")
    print(table(result, unit))
    print(f"written to {path}")


def table(r: dict, unit: str) -> str:
    """The result for people."""
    layers = " ".join(f"{v:.1f}" for v in r["kl_by_layer"])
    rows = [
        (f"ELBO, nats each {unit}", f"{r['elbo']:.1f} +- {r['elbo_standard_error']:.1f} (standard error)"),
        ("  log p(x|z)", f"{r['log_px']:.1f}"),
        ("  KL", f"{r['kl']:.1f} (by layer, lowest first: {layers})"),
        (f"IWAE_{r['iwae_samples']}, nats each {unit}", f"{r['iwae']:.1f}"),
        ("ELBO, nats a frame", f"{r['elbo_a_frame']:.3f}"),
        *([("bits a sample, 16 bit", f"{r['bits_a_sample']:.4f}")] if "bits_a_sample" in r else []),
        ("frames at the floor", f"{100 * r['frames_at_floor']:.2f} % (log-scale {r['likelihood']['floor']:g})"),
        ("counted", f"{r['sequences']} {unit}s, {r['frames']} frames"),
        ("model", f"{r['model']}, {r['parameters']} parameters, step {r['step']}"),
    ]
    title = f"{r['corpus']}, {r['split']} split"
    return "\n".join([title, "-" * len(title), *(f"{name:<30}{value}" for name, value in rows)])


if __name__ == "__main__":
    common.run(main)
