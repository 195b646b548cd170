"""The page about other clusters: its Job starts each trial of the sweep once, and tells the exit statuses apart."""

import re

import yaml
from command_line import ROOT, call

from swn_jax.studies.launch.run_trial import SAVED

PAGE = (ROOT / "docs" / "clusters.md").read_text()
JOB, CLUSTER = map(yaml.safe_load, re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL))


def test_the_job_has_one_pod_for_each_trial_and_gives_it_its_number():
    (container,) = JOB["spec"]["template"]["spec"]["containers"]
    assert container["command"] == ["swn", "sweep"]
    assert container["args"][-1] == "--index=$(JOB_COMPLETION_INDEX)"
    listed = call("sweep", *container["args"][:-1], "--list")
    assert listed.code == 0, listed
    assert len(listed.out.splitlines()) == JOB["spec"]["completions"]


def test_a_trial_that_has_saved_starts_again_and_one_that_failed_does_not():
    rules = JOB["spec"]["podFailurePolicy"]["rules"]
    codes = {rule["action"]: rule["onExitCodes"]["values"] for rule in rules if "onExitCodes" in rule}
    assert codes == {"Ignore": [SAVED], "FailIndex": [1, 2]}
    assert f"== {SAVED}:\n        time.sleep" in PAGE  # of Ray's task


def test_the_cluster_has_its_machines():
    assert CLUSTER["max_workers"] == len(CLUSTER["provider"]["worker_ips"])
