"""Flax modules that act on one frame: values of other frames are arguments, delayed or from a recurrent state."""
