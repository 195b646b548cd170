"""Made-up words: random syllables with letter frequencies close to those of English."""

from collections.abc import Mapping

from numpy.random import RandomState

# beginnings, vowels and ends of syllables, with relative frequencies
ONSETS = {
    "": 14, "t": 9, "th": 10, "s": 7, "h": 6, "w": 5, "b": 4, "d": 5, "f": 4, "m": 5, "n": 5, "r": 6, "l": 5, "c": 5,
    "p": 4, "g": 3, "y": 2, "st": 3, "wh": 1.5, "sh": 1.5, "tr": 1.5, "pr": 2, "v": 2.5, "k": 2, "qu": 1, "j": 1,
    "z": 0.7, "ch": 1.5, "cl": 1,
}  # fmt: skip
VOWELS = {"e": 24, "a": 16, "o": 15, "i": 14, "u": 6, "ea": 4, "ou": 3, "ee": 2, "ai": 1.5, "oo": 1.5}
CODAS = {
    "": 30, "n": 9, "r": 8, "s": 7, "t": 7, "d": 7, "l": 4, "nd": 4, "ng": 3, "m": 3, "st": 2, "y": 3, "ck": 1.5,
    "f": 2, "ll": 2, "x": 1, "p": 1.5, "ve": 1.5, "nt": 2, "b": 0.7,
}  # fmt: skip


def line(random: RandomState) -> str:
    """Words of one to three syllables, about 15 to 25 letters in all."""
    wanted, words = random.randint(15, 24), [_word(random)]
    while sum(map(len, words)) < wanted:
        words.append(_word(random))
    return " ".join(words)


def _word(random: RandomState) -> str:
    count = 1 + random.choice(3, p=(0.5, 0.37, 0.13))
    return "".join(_draw(part, random) for _ in range(count) for part in (ONSETS, VOWELS, CODAS))


def _draw(part: Mapping[str, int | float], random: RandomState) -> str:
    total = sum(part.values())
    return str(random.choice(list(part), p=[weight / total for weight in part.values()]))
