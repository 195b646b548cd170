"""Flax modules that are pointwise in time: what a frame needs of other frames comes in as taps."""
