"""Train and evaluate several systems on one corpus alike, over seeds, and print them in one table; again goes on.

python -m experiments.compare --config=experiments/configs/timit_sample.py --data_dir=data --workdir=runs --jobs=2
"""

import json
import os
import queue
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from absl import flags

from experiments import common
from experiments.configs.systems import SYSTEMS

CONFIG = flags.DEFINE_string("config", "experiments/configs/timit_sample.py", "the file of a corpus")
DATA_DIR = flags.DEFINE_string("data_dir", "data", "where the prepared corpus lies")
WORKDIR = flags.DEFINE_string("workdir", "runs", "comes to hold SYSTEM-SEED for each run")
WHICH = flags.DEFINE_list("systems", list(SYSTEMS), "some of them")
SEEDS = flags.DEFINE_integer("seeds", 3, "runs of each, with seeds 0, 1, ...", lower_bound=1)
JOBS = flags.DEFINE_integer("jobs", 1, "runs at a time, each on one core", lower_bound=1)
SET = flags.DEFINE_multi_string("set", [], "a setting of all runs, as config.steps=400")
SAMPLES = flags.DEFINE_integer("samples", 16, "K of the importance-weighted bound", lower_bound=1)


def main(_: list[str]) -> None:
    cells = [(system, seed) for seed in range(SEEDS.value) for system in WHICH.value]
    cores: queue.SimpleQueue[int] = queue.SimpleQueue()
    for core in sorted(os.sched_getaffinity(0))[: JOBS.value]:
        cores.put(core)
    with ThreadPoolExecutor(cores.qsize()) as pool:
        for (system, seed), error in zip(cells, pool.map(partial(run, cores), cells), strict=True):
            print(f"{system}, seed {seed}: {error or 'done'}", flush=True)
    print("\n".join(table()))


def folder(system: str, seed: int) -> Path:
    return Path(WORKDIR.value) / f"{system}-{seed}"


def run(cores: queue.SimpleQueue, cell: tuple[str, int]) -> str:
    """Trains and evaluates one cell unless that is done; returns the last line of its error, if any."""
    where = folder(*cell)
    if (where / "eval_test.json").exists():
        return ""
    place = [f"--workdir={where}", f"--data_dir={DATA_DIR.value}"]
    config = [f"--config={CONFIG.value}:{cell[0]}", f"--config.seed={cell[1]}", *(f"--{text}" for text in SET.value)]
    core = cores.get()
    try:
        for words in (["train", *config, *place], ["evaluate", f"--samples={SAMPLES.value}", *place]):
            command = [sys.executable, "-m", f"experiments.{words[0]}", *words[1:]]
            pinned = partial(os.sched_setaffinity, 0, {core})
            done = subprocess.run(command, capture_output=True, text=True, preexec_fn=pinned, check=False)
            if done.returncode:
                return done.stderr.strip().rpartition("\n")[2]
    finally:
        cores.put(core)
    return ""


def table() -> Iterator[str]:
    """Markdown: means and standard deviations over the seeds that are there, nats a unit of the test split."""
    yield "| system | parameters | runs | ELBO | IWAE | log p | KL | ms a step |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for system in WHICH.value:
        found = [folder(system, seed) for seed in range(SEEDS.value)]
        results = [json.loads((f / "eval_test.json").read_text()) for f in found if (f / "eval_test.json").exists()]
        if results:
            cells = [spread([r[key] for r in results]) for key in ("elbo", "iwae", "log_px", "kl")]
            speed = f"{np.median([milliseconds(f) for f in found if (f / 'eval_test.json').exists()]):.0f}"
            yield f"| {system} | {results[0]['parameters']:,} | {len(results)} | {' | '.join(cells)} | {speed} |"


def spread(values: list[float]) -> str:
    deviation = f" ± {np.std(values, ddof=1):,.0f}" if len(values) > 1 else ""
    return f"{np.mean(values):+,.0f}{deviation}"


def milliseconds(where: Path) -> float:
    """Of a step, from the frames a second that the run logged."""
    config = json.loads((where / "config.json").read_text())
    rows = [json.loads(line) for line in (where / "metrics.jsonl").read_text().splitlines()]
    frames = np.median([row["frames_per_second"] for row in rows if "frames_per_second" in row])
    return 1e3 * config["batch"] * config["frames"] / float(frames)


if __name__ == "__main__":
    common.run(main)
