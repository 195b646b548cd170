"""Classic prediction of sound from its past, for densities that condition on it and features that tell of it."""
