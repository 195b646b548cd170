"""Functions from arrays to arrays: shifts along time, ring buffers, masks, matrix products, bounds, cosines."""
