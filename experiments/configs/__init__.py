"""One file a corpus; the model is the argument behind the colon."""
