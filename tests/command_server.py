"""A process that has imported the libraries, and whose children are commands: an import takes as long as a small run.

It reads one JSON line per request and answers with one:
- {"words", "folder", "out", "err"}: starts `python` with these words in the folder, its output in two files; the
  answer is the number of the process;
- such a number: the answer is the exit status, negative for a signal, or null while the process runs.

No device may be in use before a fork, so nothing here computes: a child sees its devices as a new process does.
"""

import gc
import importlib
import json
import os
import pkgutil
import runpy
import sys
import warnings

LIBRARIES = ("flax.linen", "matplotlib.pyplot", "optax", "orbax.checkpoint", "scipy.signal", "tensorflow_datasets")


def load() -> None:
    """Imports the libraries and all of the package but what defines flags, which belong to one command each."""
    for name in LIBRARIES:
        importlib.import_module(name)
    import swn_jax

    for module in pkgutil.walk_packages(swn_jax.__path__, "swn_jax."):
        if ".commands" not in module.name:
            importlib.import_module(module.name)


def become(words: list[str], folder: str, out: str, err: str) -> None:
    """Makes this process what `python WORDS` would be."""
    os.chdir(folder)
    for number, name in enumerate((os.devnull, out, err)):
        os.dup2(os.open(name, os.O_RDWR | os.O_CREAT), number)
    if words[0] == "-m":
        sys.argv, sys.path[0] = words[1:], folder
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv, sys.path[0] = words, os.path.dirname(os.path.abspath(words[0]))
        runpy.run_path(words[0], run_name="__main__")
    sys.exit()


def serve() -> None:
    for line in sys.stdin:
        request = json.loads(line)
        if isinstance(request, dict):
            with warnings.catch_warnings(action="ignore"):  # of forking beside threads: none holds a lock here
                child = os.fork()
            if not child:
                become(**request)
            print(child, flush=True)
        else:
            ended, status = os.waitpid(request, os.WNOHANG)
            print(json.dumps(os.waitstatus_to_exitcode(status) if ended else None), flush=True)


if __name__ == "__main__":
    load()
    gc.freeze()  # what is imported stays shared with the children
    serve()
