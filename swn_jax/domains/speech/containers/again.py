"""The remedy for whatever was damaged on its way."""

AGAIN = "copy the file again from the original"
