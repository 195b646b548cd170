"""Arrays in, arrays out: movement along time, rings, masks, matrix products, bounds."""
