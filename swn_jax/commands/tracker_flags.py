"""The flags that name trackers, and a run there."""

from absl import flags

TRACKER = flags.DEFINE_list("tracker", [], "trackers that are told the metrics, with commas: mlflow, trackio, wandb")
PROJECT = flags.DEFINE_string("project", "swn_jax", "the project of a new run there, of MLflow its experiment")
RUN_NAME = flags.DEFINE_string("run_name", "", "the name of a new run there; that of the workdir's folder if not given")
