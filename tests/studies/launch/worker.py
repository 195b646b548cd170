"""A run without a model: counts to a number, saves when it is asked to stop, and goes on from there.

python worker.py FOLDER NUMBER; a number below 0 fails. `begun` gets a line at each start: from where.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path


def main(folder: Path, last: int) -> int:
    stopped = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: stopped.append(number))
    if last < 0:
        print("a warning\nerror: no such number", file=sys.stderr)
        return 2
    saved = folder / "saved"
    count = int(saved.read_text()) if saved.exists() else 0
    with (folder / "begun").open("a") as begun:
        begun.write(f"{count}\n")
    with (folder / "nodes").open("a") as nodes:
        nodes.write(f"{os.environ.get('SLURMD_NODENAME')}\n")
    (folder / "cores").write_text(str(sorted(os.sched_getaffinity(0))))
    (folder / "device").write_text(os.environ.get("CUDA_VISIBLE_DEVICES", ""))
    while count < last:
        time.sleep(0.05)
        count += 1
        if stopped:
            saved.write_text(str(count))
            return 75
    result = {"elbo": count, "iwae": count + 1, "log_px": count + 2, "kl": 2, "parameters": 10, "reported": True}
    (folder / "eval_test.json").write_text(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
