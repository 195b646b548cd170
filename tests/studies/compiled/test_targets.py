"""Targets by name, and what is said where they or their compilers are missing."""

import os

import jax
import pytest

from swn_jax.errors import SwnError
from swn_jax.studies.benchmark.shares import peaks_of
from swn_jax.studies.compiled import compilers
from swn_jax.studies.compiled.compilers import check, on_a_cpu, text_of
from swn_jax.studies.compiled.targets import CARDS, target_of


@pytest.mark.parametrize(
    ("name", "card", "count"),
    [("h100", "h100", 1), ("h100x4", "h100", 4), ("v5e-4", "v5e", 4), ("h200x8", "h200", 8)],
)
def test_a_target_is_a_card_and_a_number(name, card, count):
    assert target_of(name)[1:] == (CARDS[card], count)


@pytest.mark.parametrize(
    ("name", "said"),
    [("h10", "no target 'h10': did you mean 'h100'"), ("", "no target ''"), ("v5e-3", "take one of v5e-1, v5e-4"),
     ("h100x0", "take one of h100x4")],
)  # fmt: skip
def test_others_are_refused_with_a_remedy(name, said):
    with pytest.raises(SwnError, match=said):
        target_of(name)


def test_the_rates_and_sizes_of_every_card_are_known():
    for card in CARDS.values():
        assert set(peaks_of(card.kind)) == {"float32", "bfloat16"}
        assert "{" not in text_of(card).replace("gpu_device_info {", "").replace("capability {", "").replace(
            "info {", ""
        )


@pytest.mark.parametrize(("target", "extra"), [("h100", "aot-cuda"), ("v5e-4", "aot-tpu")])
def test_a_missing_compiler_is_one_sentence_with_its_extra(target, extra, monkeypatch):
    monkeypatch.setattr(compilers, "is_there", lambda module: False)
    with pytest.raises(SwnError, match=rf"found no .*, wanted the compiler for the target {target}: .*\.\[{extra}\]"):
        check(target_of(target))


def test_packages_within_missing_packages_are_missing():
    assert compilers.is_there("json.decoder")
    assert not compilers.is_there("nothing_of_this_name.inside")


def test_what_jax_and_libtpu_are_told_is_taken_back(monkeypatch):
    monkeypatch.setenv("TPU_SKIP_MDS_QUERY", "0")
    monkeypatch.delenv("TPU_WORKER_HOSTNAMES", raising=False)
    before = jax.config.jax_platforms
    with on_a_cpu():
        assert (jax.config.jax_platforms, os.environ["TPU_WORKER_HOSTNAMES"]) == ("cpu", "localhost")
    assert (jax.config.jax_platforms, os.environ["TPU_SKIP_MDS_QUERY"]) == (before, "0")
    assert "TPU_WORKER_HOSTNAMES" not in os.environ
