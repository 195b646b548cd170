"""Evaluate a run's best checkpoint on a split: whole recordings, each from its own start.

python -m experiments.evaluate --workdir=run --data_dir=data --split=test --samples=64
"""

from absl import flags

from swn_jax.commands import common, run_flags

SPLIT = flags.DEFINE_string("split", "", "train, valid or test; the one that the corpus reports if not given")
SAMPLES = flags.DEFINE_integer("samples", 16, "K of the importance-weighted bound", lower_bound=1)


def main(_: list[str]) -> None:
    run = run_flags.load()
    from swn_jax.runs import evaluate_run

    command = common.command_line("evaluate")
    result = evaluate_run(run, SPLIT.value, samples=SAMPLES.value, seed=run_flags.SEED.value, command=command)
    print(table(result, run.corpus.unit))
    path = run.workdir / f"eval_{result['split']}.json"
    print(f"written to {path}")


def table(r: dict, unit: str) -> str:
    """Format the result as a table."""
    layers = " ".join(f"{v:.1f}" for v in r["kl_by_layer"])
    rows = [
        (f"ELBO, nats per {unit}", f"{r['elbo']:.1f} +- {r['elbo_standard_error']:.1f} (standard error)"),
        ("  log p(x|z)", f"{r['log_px']:.1f}"),
        ("  KL", f"{r['kl']:.1f} (by layer, lowest first: {layers})"),
        (f"IWAE_{r['iwae_samples']}, nats per {unit}", f"{r['iwae']:.1f}"),
        ("ELBO, nats per frame", f"{r['elbo_per_frame']:.3f}"),
        *([("bits per sample, 16 bit", f"{r['bits_per_sample']:.4f}")] if "bits_per_sample" in r else []),
        ("frames at the floor", f"{100 * r['frames_at_floor']:.2f} % (log-scale {r['likelihood']['floor']:g})"),
        ("counted", f"{r['sequences']} {unit}s, {r['frames']} frames"),
        ("model", f"{r['model']}, {r['parameters']} parameters, step {r['step']}"),
    ]
    title = f"{r['corpus']}, {r['split']} split"
    return "\n".join([title, "-" * len(title), *(f"{name:<30}{value}" for name, value in rows)])
