"""The commands that `torture.py` kills, and what each must come to in the end."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from command_line import ROOT, free_address
from ends import prepared_end, run_end

EVERY = 12  # steps from evaluation to evaluation
FEW = tuple(f"--option={split}={count}" for split, count in (("train", 6), ("valid", 2), ("test", 2)))
SMALL = [
    "--config.warmup=1", "--config.anneal.over=2", "--config.log_every=1", f"--config.eval_every={EVERY}",
    "--config.checkpoint.every=4", "--config.replay_every=20", "--config.batch=4", "--config.sequence_length=4",
    "--config.model.width=8",
]  # fmt: skip


class Case(NamedTuple):
    """A command that is killed and started again."""

    name: str
    words: Callable[[Path, Path], list[list[str]]]  # from the folders of the data and of the run, one list a process
    end: Callable[[Path], object]  # what must be as after the unbroken run
    runs: Callable[[Path], list[Path]] = lambda folder: []  # the folders with a history
    phases: bool = True  # whether these tell what it was doing


def lines_of(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines() if path.exists() else []


def started(case: Case, folder: Path) -> int:
    """How many starts the histories tell of: from the last one on there are steps, saves and evaluations."""
    return sum(len(lines_of(run / "history.jsonl")) for run in case.runs(folder)) if folder.exists() else 0


def at_work(case: Case, folder: Path, before: int) -> bool:
    """Whether the start after so many others has taken a step: until then it reads and compiles."""
    if started(case, folder) == before:
        return False
    run = case.runs(folder)[0]
    try:
        start, last = (json.loads(lines_of(run / name)[-1])["step"] for name in ("history.jsonl", "metrics.jsonl"))
    except (LookupError, ValueError):  # nothing yet, or half a line
        return False
    return last > start


def losses(case: Case, folder: Path) -> list[int]:
    """The steps that each start had to take again."""
    lines = [json.loads(line) for run in case.runs(folder) for line in lines_of(run / "history.jsonl")]
    return [line["reached"] - line["step"] for line in lines]


def train(system: str, steps: int, *more: str, processes: int = 1) -> Callable[[Path, Path], list[list[str]]]:
    def words(data: Path, folder: Path) -> list[list[str]]:
        config = f"--config=synthetic_speech:{system}"
        places = [f"--data_dir={data}", f"--workdir={folder}", f"--config.steps={steps}"]
        common = ["-m", "swn_jax", "train", config, *places, *SMALL, *more]
        if processes == 1:
            return [common]
        meeting = (f"--coordinator={free_address()}", f"--num_processes={processes}")
        return [[*common, *meeting, f"--process_id={number}"] for number in range(processes)]

    return words


def prepare(_: Path, folder: Path) -> list[list[str]]:
    return [["-m", "swn_jax", "prepare", "--dataset=synthetic_speech", f"--data_dir={folder}"]]


def sweep(data: Path, folder: Path) -> list[list[str]]:
    file = ROOT / "experiments" / "sweeps" / "seeds.py"
    return [["-m", "swn_jax", "sweep", f"--sweep={file}:seeds=2", "--config=synthetic_speech:rnn",
             f"--data_dir={data}", "--samples=2", f"--workdir={folder}", *SMALL, "--config.steps=24",
             "--launcher=local", "--jobs=1", "--retry_failed"]]  # fmt: skip


def sweep_end(folder: Path) -> object:
    results = [json.loads((trial / "eval_test.json").read_text()) for trial in sweep_runs(folder)]
    return [run_end(trial) for trial in sweep_runs(folder)], [(found["elbo"], found["iwae"]) for found in results]


def sweep_runs(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if (path / "history.jsonl").exists())


def itself(folder: Path) -> list[Path]:
    return [folder]


def seeds(folder: Path) -> list[Path]:
    return [folder / f"seed_{seed}" for seed in range(2)]


LAYERS = ("--config.model.layers=2", "--config.model.latent=2")
CASES = (
    Case("an RNN", train("rnn", 48), run_end, itself),
    Case("SWaveNet, averaged, Muon, batches of features", train(
        "swavenet", 36, *LAYERS, "--config.ema=0.9", "--config.model.inputs=features", "--config.optimizer=muon",
    ), run_end, itself),
    Case("RNN, schedule-free, noise on its inputs", train(
        "rnn", 48, "--config.optimizer=schedule_free", "--config.schedule=constant", "--config.input_noise=0.1",
    ), run_end, itself),
    Case("two seeds in one program", train("rnn", 36, "--config.replicas=2"),
         lambda folder: [run_end(each) for each in seeds(folder)], seeds),
    Case("two processes", train("rnn", 36, processes=2), run_end, itself),
    Case("preparing data", prepare, prepared_end, phases=False),
    Case("a sweep of two trials", sweep, sweep_end, sweep_runs, phases=False),
)  # fmt: skip
TURNS = (0, 4, 5, 1, 0, 3, 4, 6, 2, 0, 4, 5)  # of the cases; a sweep starts anew for each command, which takes long
