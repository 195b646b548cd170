"""The launcher for a cluster: a SLURM array job, requeued when preempted or out of time."""

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

REQUEUES = 1000  # after timeouts; preemptions are not counted
# Since 22.05 srun no longer inherits the cores per task from the job.
SETUP = ['[ -z "$SLURM_CPUS_PER_TASK" ] || export SRUN_CPUS_PER_TASK=$SLURM_CPUS_PER_TASK']


def submit(jobs: Sequence[Job], folder: Path, options: Mapping[str, str], *, retry: bool = False) -> list[str]:
    """Submit trials as one array job and return their job ids; needs the package submitit.

    Args:
      jobs: at least one trial.
      folder: for scripts and logs of the jobs; like the folders of the trials it must be visible to the nodes.
      options: of sbatch by long name, as {"partition": "gpu", "gpus-per-node": "1", "time": "12:00:00"}, "" for options
        without a value. `time` is required: shortly before it is over the trial saves and is requeued.
      retry: run trials again that failed before.
    Raises:
      SwnError: without submitit, SLURM or a time, and if sbatch refuses the job, with its message.
    """
    try:
        import submitit
    except ImportError:
        raise SwnError("SLURM needs the package submitit, which is not installed: `pip install submitit`") from None
    if "time" not in options:
        raise SwnError("found no time after which a job saves and is requeued, wanted one: pass --slurm=time=12:00:00")
    named = {key.replace("-", "_"): value or True for key, value in options.items()}
    try:
        executor = submitit.SlurmExecutor(folder, max_num_timeout=REQUEUES)
        executor.update_parameters(job_name="sweep", setup=SETUP, additional_parameters={"requeue": True, **named})
        with executor.batch():
            submitted = [executor.submit(Task(job, retry)) for job in jobs]
    except (RuntimeError, OSError, submitit.core.utils.FailedJobError) as error:
        raise SwnError(f"SLURM refused the sweep: {' '.join(str(error).split())}") from None
    return [job.job_id for job in submitted]


class Task:
    """A trial as submitit runs it on a node."""

    def __init__(self, job: Job, retry: bool):
        self.job, self.retry = job, retry
        self.requests = 0  # to stop
        self.ended: TrialState | SwnError | None = None

    def __call__(self) -> TrialState:
        # The run has its own thread, because submitit's signal interrupts this one at any point.
        threading.Thread(target=self.work, daemon=True).start()
        ended = self.wait()
        if isinstance(ended, SwnError):
            raise ended
        if ended.kind == "failed":
            raise SwnError(f"{self.job.name}: {ended.text}")
        if ended.kind == "waiting" and _is_running():
            signal.raise_signal(signal.SIGUSR2)  # preempted by SIGTERM: returning would end the job for good
        return ended

    def work(self) -> None:
        # SLURM sends its warning to all processes of a job; the default action would end them.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR2})
        try:
            self.ended = run_trial(self.job, retry=self.retry, stop=lambda: self.requests)
        except Exception as error:
            self.ended = SwnError(f"{self.job.name}: {type(error).__name__}: {error}")

    def wait(self) -> TrialState | SwnError:
        while self.ended is None:  # polling, as the signal handler could find a lock taken
            time.sleep(0.1)
        return self.ended

    def checkpoint(self) -> Any:
        """Let the run save; submitit then requeues the job."""
        import submitit

        self.requests += 1
        self.wait()
        return submitit.helpers.DelayedSubmission(Task(self.job, retry=False))


def _is_running() -> bool:
    """Whether SLURM still counts this job as running; a cancelled job must not be requeued."""
    import submitit

    words = ["squeue", "--noheader", "--format=%T", f"--jobs={submitit.JobEnvironment().job_id}"]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip() == "RUNNING"
