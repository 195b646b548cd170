"""A source-filter synthesiser of babble: voices, sounds, syllables."""
