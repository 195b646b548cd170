"""The page has a table for each kind of program."""

from swn_jax.studies.compiled.page import page

ROW = {"what": "step", "preset": "a", "changed": "", "target": "h100", "jax": "0", "fits": True, "launches": 467.0,
       "forward": 121, "backward": 289, "rest": 57, "mib": 1355.4, "largest_batch": 4096}  # fmt: skip


def test_a_step_has_parts_and_sampling_has_none():
    assert page([ROW, ROW | {"what": "sampling", "launches": 83.1, "backward": 0}]) == (
        "## Train step\n\n"
        "| preset | with | target | MiB per device | fits | largest batch | launches | forward | backward | rest |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
        "| a |  | h100 | 1,355 | yes | 4,096 | 467 | 121 | 289 | 57 |\n\n"
        "## Sampling, per frame\n\n"
        "| preset | with | target | MiB per device | fits | largest batch | launches |\n"
        "| --- | --- | --- | --- | --- | --- | --- |\n"
        "| a |  | h100 | 1,355 | yes | 4,096 | 83 |\n"
    )


def test_what_does_not_fit_and_what_does_not_compile_is_said():
    failed = {"what": "step", "preset": "b", "target": "h100", "error": "ValueError: why"}
    text = page([{"what": "step", "preset": "a", "target": "h100", "fits": False}, failed])
    assert "| a | h100 | no |" in text
    assert text.endswith("Failed:\n\n- preset b, target h100: ValueError: why\n")
