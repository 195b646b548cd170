"""The kinds of sequences, one folder each: how its files are read, framed, written, drawn and measured."""
