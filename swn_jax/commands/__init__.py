"""The command lines: each parses flags, calls one function and prints."""
