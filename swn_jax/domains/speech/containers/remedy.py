"""The remedy for sound files that are whole but unusual."""

ANEW = "write it anew with `ffmpeg -i IN OUT.flac`"
