"""Training: state, step, checkpoints, evaluation and the loop that joins them."""
