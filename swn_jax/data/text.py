"""What a model that writes is given with each recording: its text, as one-hot vectors of letters."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from swn_jax.data.condition import Names
from swn_jax.errors import SwnError

KIND = "text"
ROOM = 2  # the longest text that can be given, in units of the longest of training: to go on after a given line


@dataclass(frozen=True)
class Text:
    """The letters of an alphabet, and how many of them a text may have; a condition as `Condition` is one."""

    names: tuple[str, ...]  # the letters, A of them
    most: int  # U
    kind: str = KIND

    @property
    def width(self) -> tuple[int, int]:
        """U and A, as `build` takes them."""
        return self.most, len(self.names)

    def codes(self, names: Sequence[str], where: str = "", remedy: str = "") -> Int[np.ndarray, "R U"]:
        """The places of the letters of texts in the alphabet, -1 after the last and for unknown ones."""
        places = {letter: place for place, letter in enumerate(self.names)}
        codes = np.full((len(names), self.most), -1, np.int64)
        for row, text in enumerate(names):
            found = [places.get(letter, -1) for letter in text[: self.most]]
            codes[row, : len(found)] = found
        return codes

    def one_hot(self, codes: Int[np.ndarray, "*S U"]) -> Float[np.ndarray, "*S C"]:
        """The vectors of texts, letter after letter; zeros for a place below 0."""
        vectors = codes[..., None] == np.arange(len(self.names))
        return vectors.reshape(*codes.shape[:-1], self.most * len(self.names)).astype(np.float32)

    def texts(self, vectors: Float[np.ndarray, "R C"]) -> list[str]:
        """The texts of vectors: the inverse of `one_hot`."""
        letters = vectors.reshape(len(vectors), self.most, len(self.names))
        return ["".join(self.names[one.argmax()] for one in text if one.any()) for text in letters]

    def written(self, texts: Sequence[str]) -> Float[np.ndarray, "R C"]:
        """The vectors of texts that shall be written.

        Raises:
          SwnError: for an empty text, one of too many letters, and a letter that is not in the alphabet.
        """
        for text in texts:
            if not text.strip():
                raise SwnError("found a text without letters, wanted one to write, as --text=hello")
            if len(text) > self.most:
                found = (
                    f"found a text of {len(text)} letters, wanted at most {self.most}, twice the longest in training"
                )
                raise SwnError(f"{found}: write it in several lines")
            for letter in text:
                if letter not in self.names:
                    known = "".join(self.names)
                    found = f"found the letter {letter!r} in {text!r}, wanted letters of the training, {known!r}"
                    raise SwnError(f"{found}: leave it out")
        return self.one_hot(self.codes(texts))

    def unknown(self, texts: Sequence[str]) -> str:
        """The letters of texts that are not in the alphabet."""
        return "".join(sorted(set("".join(texts)) - set(self.names)))


def text_of(names: Names, where: str) -> Text:
    """The alphabet and the room of the texts of a training split; raises SwnError where it has none."""
    if KIND not in names:
        remedy = "take a corpus with transcripts, or prepare it anew if it was prepared before they were kept"
        raise SwnError(f"{where}: found no texts of its recordings: {remedy}")
    train = names[KIND]["train"]
    return Text(tuple(sorted(set("".join(train)))), ROOM * max(map(len, train)))
