"""Evaluate a run's best checkpoint on a split, or the classic baselines: whole recordings, each from its own start.

python -m experiments.evaluate --workdir=run --data_dir=data --split=test --samples=64
python -m experiments.evaluate --workdir=run --data_dir=data --stretch=1000
python -m experiments.evaluate --baseline=all --dataset=timit_sample --data_dir=data --workdir=study
"""

from collections.abc import Sequence
from pathlib import Path

from absl import flags

from swn_jax.commands import common, run_flags, tracker_flags
from swn_jax.errors import SwnError

SPLIT = flags.DEFINE_string("split", "", "train, valid or test; the one that the corpus reports if not given")
SAMPLES = flags.DEFINE_integer("samples", 16, "K of the importance-weighted bound", lower_bound=1)
STRETCH = flags.DEFINE_integer("stretch", 2**14, "frames that are scored at a time; longer recordings go on from one "
    "stretch to the next, which takes less memory and gives the same bound", lower_bound=1)  # fmt: skip
BASELINE = flags.DEFINE_string("baseline", None, "instead of a run: classic baselines by name, with commas, or all; "
    "each result goes into the folder of its name in --workdir, where one is given")  # fmt: skip
DATASET = flags.DEFINE_string("dataset", None, "for --baseline: the prepared corpus")


def main(_: list[str]) -> None:
    if BASELINE.value is None:
        evaluate()
    else:
        evaluate_baselines(BASELINE.value)


def evaluate() -> None:
    """Evaluate the run of --workdir."""
    from swn_jax.runs.trackers import opened as trackers

    names = tracker_flags.TRACKER.value
    trackers.check(names)
    run = run_flags.load()
    from swn_jax.runs import evaluate_run
    from swn_jax.runs.evaluate import result_path

    command = common.command_line("evaluate")
    result = evaluate_run(
        run, SPLIT.value, samples=SAMPLES.value, seed=run_flags.SEED.value, stretch=STRETCH.value,
        command=command,
        show=lambda result: print(table(result, run.corpus.unit), flush=True),
    )  # fmt: skip
    print(f"written to {result_path(run, result['split'])}")
    trackers.send_result(names, run.workdir, tracker_flags.PROJECT.value, result)


def evaluate_baselines(names: str) -> None:
    """Evaluate baselines on the corpus of --dataset."""
    if DATASET.value is None:
        raise SwnError("which corpus? pass --dataset=NAME with --baseline")
    from swn_jax.corpora import open_corpus
    from swn_jax.runs import baselines_of, evaluate_baseline

    prepared = open_corpus(DATASET.value, run_flags.DATA_DIR.value)
    workdir, command = run_flags.WORKDIR.value, common.command_line("evaluate")
    results: list[dict] = []
    try:
        for name in baselines_of(prepared.corpus, names):
            evaluate_baseline(name, prepared, SPLIT.value, workdir=workdir, command=command, show=results.append)
    finally:  # what was found is shown also where it cannot be written
        if results:
            print(baseline_table(results, prepared.corpus.unit), flush=True)
    if workdir:
        paths = [str(Path(workdir) / r["model"] / f"eval_{r['split']}.json") for r in results]
        print("written to", ", ".join(paths))


def baseline_table(results: Sequence[dict], unit: str) -> str:
    """Format the results of baselines as a table, with the lossless codes below."""
    r = results[0]
    title = f"{r['corpus']}, {r['split']} split: {r['sequences']} {unit}s, {r['frames']} frames"
    head = ("baseline", f"nats per {unit}", "standard error", "nats per frame", "bits per sample", "at the floor")
    rows = [
        (r["model"], f"{r['elbo']:,.1f}", f"{r['elbo_standard_error']:,.1f}", f"{r['elbo_per_frame']:.3f}",
         f"{r['bits_per_sample']:.4f}", f"{100 * r['frames_at_floor']:.2f} %")
        for r in results
    ]  # fmt: skip
    codes = [(name, "", "", "", f"{bits:.4f}", "") for name, bits in r["code_bits_per_sample"].items()]
    first, *widths = (max(map(len, column)) for column in zip(head, *rows, *codes, strict=True))
    lines = ["  ".join([name.ljust(first), *map(str.rjust, cells, widths)]) for name, *cells in (head, *rows, *codes)]
    return "\n".join([title, "-" * len(title), *(line.rstrip() for line in lines)])


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
        ("median frame, nats", f"{r['median_frame']:.1f}"),
        ("worst 1 % of frames", f"{r['worst_frames']:.1f} nats per {unit}"),
        ("counted", f"{r['sequences']} {unit}s, {r['frames']} frames"),
        ("model", f"{r['model']}, {r['parameters']} parameters, step {r['step']}"),
    ]
    title = f"{r['corpus']}, {r['split']} split"
    return "\n".join([title, "-" * len(title), *(f"{name:<30}{value}" for name, value in rows)])
