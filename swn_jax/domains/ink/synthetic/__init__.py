"""A synthesiser of handwriting: hands, letters, words."""
