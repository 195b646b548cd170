"""Mistakes of `compile` are one sentence."""

import pytest
from command_line import complaint


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--target=h10"], "no target 'h10': did you mean 'h100'?"),
        (["--out=table.txt"], "found --out=table.txt, wanted a name that ends in .json"),
        (["--what=steps"], "no kind of program 'steps': did you mean 'step'?"),
    ],
)
def test_mistakes_are_told(flags, said):
    assert said in complaint("compile", "--config=synthetic_speech:swavenet", *flags)
