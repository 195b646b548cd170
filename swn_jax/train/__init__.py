"""Training: state, step, data parallelism, checkpoints, evaluation, and the train loop."""
