"""What people see of a study."""

import json

from swn_jax.data.lock import held
from swn_jax.studies.launch.study import Study
from swn_jax.studies.launch.table import listing, overview, results
from swn_jax.studies.launch.trials import Trial


def study():
    made = [{"system": system, "seed": seed} for system in ("rnn", "srnn") for seed in (0, 1)]
    return Study("s.py", "c.py", {}, tuple(Trial(f"system={m['system']},seed={m['seed']}", m) for m in made))


def write(folder, elbo):
    folder.mkdir()
    result = {"elbo": elbo, "iwae": elbo + 5, "log_px": elbo + 7, "kl": 7.0, "parameters": 12345, "reported": True}
    (folder / "eval_test.json").write_text(json.dumps(result))


def test_trials_are_listed():
    assert list(listing(study())) == [
        "   0  system=rnn,seed=0   system=rnn seed=0",
        "   1  system=rnn,seed=1   system=rnn seed=1",
        "   2  system=srnn,seed=0  system=srnn seed=0",
        "   3  system=srnn,seed=1  system=srnn seed=1",
    ]


def test_how_far_they_are(tmp_path):
    write(tmp_path / "system=rnn,seed=0", 1.0)
    for seed in (0, 1):
        (tmp_path / f"system=srnn,seed={seed}").mkdir()
    (tmp_path / "system=srnn,seed=0" / "error.txt").write_text("a\nerror: no data\n")
    with held(tmp_path / "system=srnn,seed=1" / "lock"):
        lines = list(overview(study(), tmp_path))
    assert lines == [
        "   0  done     system=rnn,seed=0",
        "   1  waiting  system=rnn,seed=1",
        "   2  failed   system=srnn,seed=0  error: no data",
        "   3  running  system=srnn,seed=1",
        "1 done, 1 waiting, 1 failed, 1 running",
    ]


def test_results_are_means_over_seeds(tmp_path):
    write(tmp_path / "system=rnn,seed=0", 990.0)
    write(tmp_path / "system=rnn,seed=1", 1010.0)  # deviation sqrt(200) = 14.1
    write(tmp_path / "system=srnn,seed=1", -3.0)
    (tmp_path / "system=srnn,seed=0").mkdir()
    (tmp_path / "system=srnn,seed=0" / "eval_test.json").write_text("{")
    assert list(results(study(), tmp_path))[2:] == [
        "| system=rnn | 12,345 | 2 | +1,000 ± 14 | +1,005 ± 14 | +1,007 ± 14 | +7 ± 0 |",
        "| system=srnn | 12,345 | 1 | -3 | +2 | +4 | +7 |",
    ]
