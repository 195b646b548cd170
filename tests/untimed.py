"""What a record of metrics tells beside the time."""


def untimed(record: dict) -> dict:
    """A record of metrics without what measures time, and what follows from it."""
    timed = ("frames_per_second", "data_wait", "repeated", "crc32")
    return {name: value for name, value in record.items() if not name.startswith("time_") and name not in timed}
