"""How good samples are: the same statistics of samples and of real data, and how far they lie apart."""
