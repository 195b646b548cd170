"""Keys as they are called now, whatever a file of before calls them."""

from swn_jax.configs.keys import CONFIG_KEYS, completed, config_name, flat, renamed


def test_keys_are_renamed_at_any_depth_and_nothing_else():
    before = {"frames": 4, "model": {"reach": "exact", "width": 8}, "trials": [{"model.bounds": [-1, 1], "frames_": 1}]}
    assert renamed(before, CONFIG_KEYS) == {
        "sequence_length": 4, "model": {"lookahead": "exact", "width": 8},
        "trials": [{"model.log_scale_bounds": [-1, 1], "frames_": 1}],
    }  # fmt: skip
    assert renamed({"frame": "frames"}, CONFIG_KEYS) == {"frame_size": "frames"}  # values stay


def test_no_current_name_is_an_old_one():
    assert not set(CONFIG_KEYS) & set(CONFIG_KEYS.values())


def test_a_config_that_was_a_path_has_a_name():
    assert config_name("experiments/configs/timit.py:srnn") == "timit:srnn"
    assert config_name("experiments/configs/timit.py") == "timit"
    for name in ("timit:srnn", "my/configs/timit.py:srnn", "my.py"):
        assert config_name(name) == name


def test_flat_and_nested_say_the_same():
    assert flat({"a": 1, "b": {"c": [1, 2], "d": {"e": None}}}) == {"a": 1, "b.c": (1, 2), "b.d.e": None}


def test_a_density_is_given_no_later_field_of_another():
    densities = {name: completed({"likelihood": {"name": name}})["likelihood"] for name in ("gaussian", "pen", "mine")}
    assert densities == {
        "gaussian": {"name": "gaussian"},
        "pen": {"name": "pen", "end": False, "text": False},
        "mine": {"name": "mine"},
    }
    assert completed({"likelihood": {"name": "linear_prediction"}})["likelihood"]["law"] == "gaussian"


def test_a_model_is_given_no_later_field_of_another():
    models = [completed({"model": {"name": name}})["model"] for name in ("lstm", "swavenet")]
    assert models == [{"name": "lstm", "direct": 0}, {"name": "swavenet"}]
