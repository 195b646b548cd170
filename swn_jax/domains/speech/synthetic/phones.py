"""The sounds as source and tract parameters, after the tables of Peterson & Barney 1952 and Klatt 1980."""

from typing import NamedTuple

from numpy.random import RandomState


class Segment(NamedTuple):
    """A stretch of one sound. Formants are targets for a male tract, reached in the middle of the stretch."""

    milliseconds: float
    voicing: float = 0.0  # gains of the three sources, 0 to 1
    aspiration: float = 0.0
    frication: float = 0.0
    formants: tuple[float, ...] | None = None  # Hz, the lowest four; None: interpolate between the neighbours
    noise: tuple[float, float] = (4000.0, 2000.0)  # Hz, centre and bandwidth of the frication


VOWELS = (  # i I e ae a o U u A er
    (270, 2290, 3010, 3600),
    (390, 1990, 2550, 3550),
    (530, 1840, 2480, 3500),
    (660, 1720, 2410, 3500),
    (730, 1090, 2440, 3400),
    (570, 840, 2410, 3300),
    (440, 1020, 2240, 3250),
    (300, 870, 2240, 3250),
    (640, 1190, 2390, 3400),
    (490, 1350, 1690, 3200),
)
SONORANTS = (  # m n l r w j
    (280, 1100, 2200, 3200),
    (280, 1600, 2500, 3300),
    (360, 1050, 2800, 3400),
    (330, 1150, 1500, 3100),
    (290, 650, 2200, 3200),
    (270, 2200, 3000, 3600),
)
FRICATIVES = (  # s sh f th: centre and bandwidth of the noise, its gain
    (6000, 1800, 0.9),
    (3200, 1500, 1.0),
    (5200, 5000, 0.25),
    (5800, 5000, 0.15),
)
STOPS = (  # p t k: locus of the formants, then the burst
    ((250, 800, 2100, 3200), (1200, 1500)),
    ((250, 1800, 2700, 3400), (4500, 2000)),
    ((250, 1900, 2300, 3300), (2200, 900)),
)


def pause(milliseconds: float) -> list[Segment]:
    """A pause of the speaker; the background noise continues."""
    return [Segment(milliseconds)]


def syllable(random: RandomState) -> list[Segment]:
    """An optional consonant, a vowel or diphthong, and an optional final consonant, with random stress."""
    onset = _consonant(random) if random.rand() < 0.9 else []
    coda = _consonant(random) if random.rand() < 0.35 else []
    stress = random.uniform(0.3, 1.0)
    return [_louder(segment, stress) for segment in onset + _vowel(random) + coda]


def _louder(segment: Segment, by: float) -> Segment:
    return segment._replace(
        voicing=by * segment.voicing, aspiration=by * segment.aspiration, frication=by * segment.frication
    )


def _vowel(random: RandomState) -> list[Segment]:
    length = random.uniform(70, 160)
    first, second = (VOWELS[i] for i in random.randint(len(VOWELS), size=2))
    if random.rand() < 0.25:  # a diphthong
        return [Segment(0.5 * length, 1.0, formants=first), Segment(0.6 * length, 0.9, formants=second)]
    return [Segment(length, 1.0, formants=first)]


def _consonant(random: RandomState) -> list[Segment]:
    voiced = random.rand() < 0.5
    kind = random.choice(3, p=(0.4, 0.25, 0.35))
    if kind == 0:
        formants = SONORANTS[random.randint(len(SONORANTS))]
        return [Segment(random.uniform(50, 80), 0.45, formants=formants)]
    if kind == 1:
        centre, width, gain = FRICATIVES[random.randint(len(FRICATIVES))]
        voicing, gain, length = (0.3, 0.6 * gain, 70) if voiced else (0.0, gain, 100)
        return [Segment(length * random.uniform(0.8, 1.2), voicing, 0.05, gain, None, (centre, width))]
    locus, burst = STOPS[random.randint(len(STOPS))]
    closure = Segment(random.uniform(40, 70), 0.12 * voiced, formants=locus, noise=burst)
    release = Segment(12, 0.2 * voiced, 0.2, 0.8, locus, burst)
    breath = [] if voiced else [Segment(random.uniform(20, 45), 0.0, 0.5, 0.1, None, burst)]
    return [closure, release, *breath]
