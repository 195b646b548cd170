"""Classic densities of speech, causal and exactly normalised, beside which models are judged."""
