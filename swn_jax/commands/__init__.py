"""The commands: each parses flags, calls one function and prints."""
