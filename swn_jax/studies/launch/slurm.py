"""The launcher of a cluster: an array job of SLURM, requeued when it is preempted or its time is over."""

import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from swn_jax.errors import SwnError
from swn_jax.studies.launch.run_trial import Job, run_trial
from swn_jax.studies.launch.state import TrialState

REQUEUES = 1000  # after the end of its time; preemptions are not counted
# Since 22.05 srun no longer takes the cores of a task from the job.
SETUP = ['[ -z "$SLURM_CPUS_PER_TASK" ] || export SRUN_CPUS_PER_TASK=$SLURM_CPUS_PER_TASK']


def submit(jobs: Sequence[Job], folder: Path, options: Mapping[str, str], *, retry: bool = False) -> list[str]:
    """Submits trials as one array job and returns the number of each; needs the package submitit.

    Args:
      jobs: at least one trial.
      folder: for scripts and logs of the jobs; the nodes must see it, and the folders of the trials.
      options: of sbatch by their long names, as {"partition": "gpu", "gpus-per-node": "1", "time": "12:00:00"}; one
        without a value has "". `time` must be there: shortly before it is over the trial saves and is requeued.
      retry: run trials although they failed before.
    Raises:
      SwnError: without submitit, SLURM or a time, and for what sbatch refuses, in its words.
    """
    try:
        import submitit
    except ImportError:
        raise SwnError("SLURM needs the package submitit: pip install -c requirements.txt -e .[slurm]") from None
    if "time" not in options:
        raise SwnError("how long may a job run before it saves and is requeued? pass --slurm=time=12:00:00")
    named = {key.replace("-", "_"): value or True for key, value in options.items()}
    try:
        executor = submitit.SlurmExecutor(folder, max_num_timeout=REQUEUES)
        executor.update_parameters(job_name="sweep", setup=SETUP, additional_parameters={"requeue": True, **named})
        with executor.batch():
            submitted = [executor.submit(Task(job, retry)) for job in jobs]
    except (RuntimeError, OSError, submitit.core.utils.FailedJobError) as error:
        raise SwnError(f"SLURM did not take the sweep: {' '.join(str(error).split())}") from None
    return [each.job_id for each in submitted]


class Task:
    """A trial as submitit runs it on a node."""

    def __init__(self, job: Job, retry: bool):
        self.job, self.retry = job, retry
        self.asked = 0
        self.ended: TrialState | SwnError | None = None

    def __call__(self) -> TrialState:
        # The run has a thread of its own because submitit's signal comes to this one, in the midst of anything.
        threading.Thread(target=self.work, daemon=True).start()
        ended = self.wait()
        if isinstance(ended, SwnError):
            raise ended
        if ended.kind == "failed":
            raise SwnError(f"{self.job.name}: {ended.text}")
        if ended.kind == "waiting" and _runs():
            signal.raise_signal(signal.SIGUSR2)  # preempted by SIGTERM: to end here would end the job for good
        return ended

    def work(self) -> None:
        # SLURM sends its warning to all processes of a job; whoever does not wait for it would end.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR2})
        try:
            self.ended = run_trial(self.job, retry=self.retry, stop=lambda: self.asked)
        except Exception as error:
            self.ended = SwnError(f"{self.job.name}: {type(error).__name__}: {error}")

    def wait(self) -> TrialState | SwnError:
        while self.ended is None:  # no lock, which the signal could find taken
            time.sleep(0.1)
        return self.ended

    def checkpoint(self) -> Any:
        """Lets the run save; submitit then requeues the job."""
        import submitit

        self.asked += 1
        self.wait()
        return submitit.helpers.DelayedSubmission(Task(self.job, retry=False))


def _runs() -> bool:
    """Whether this job goes on; one that is being cancelled does not, and must not be requeued."""
    import submitit

    words = ["squeue", "--noheader", "--format=%T", f"--jobs={submitit.JobEnvironment().job_id}"]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip() == "RUNNING"
