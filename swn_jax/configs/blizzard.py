"""Blizzard 2013 at the sizes of the papers, on half-second segments."""

from swn_jax.configs.presets import Preset, settings_of
from swn_jax.configs.settings import Settings

# The authors' code: a cosine learning rate down to 0, KL weight up to 1 in half of 40 epochs (section 4.1).
LAI = {
    "steps": "40 epochs", "warmup": "1000 steps", "batch": 128, "rate": 1e-4, "eval_every": 5000,
    "anneal.over": "20 epochs", "anneal.start": 0.0,
}  # fmt: skip
# Its gradients are of sums over 40 frames, ours of means: its 0.1 is our 0.0025.
RELEASED = LAI | {"clip_largest": 0.0025, "anneal.start": 5e-5, "adam_b2": 0.999, "adam_eps": 1e-5}
CODE = "their code's defaults for Blizzard"
GOYAL = {
    "steps": "100 epochs", "warmup": "1000 steps", "batch": 128, "eval_every": 5000, "rate": 3e-4, "clip": 2.5,
    "adam_b2": 0.999, "adam_eps": 1e-5, "anneal.kind": "linear", "anneal.over": "16000 steps", "anneal.start": 0.2,
}  # fmt: skip
CHUNG = {
    "steps": "10 epochs", "warmup": "1000 steps", "batch": 128, "eval_every": 5000, "rate": 3e-4, "adam_b2": 0.999,
    "anneal.kind": "constant",
}  # fmt: skip
FRACCARO = {
    "steps": "50 epochs", "warmup": "1000 steps", "batch": 128, "eval_every": 5000, "rate": 3e-4, "clip": 3000.0,
    "adam_b2": 0.999, "adam_eps": 1e-4, "anneal.kind": "linear", "anneal.over": "20 epochs", "anneal.start": 0.0,
}  # fmt: skip
LSTM = dict(width=512, cells=1024)
SRNN = dict(width=1024, cells=2048, latent=256)

PRESETS = {
    "rnn": Preset(LSTM, LAI, 7_653_776, f"sizes: {CODE}; density: the paper's text"),
    "rnn_gmm": Preset(LSTM, LAI, 13_604_576, f"{CODE}; the paper's row RNN is this one's"),
    "storn": Preset(SRNN, FRACCARO, 44_075_920, "no speech in its paper: SRNN's sizes and training"),
    "vrnn": Preset(dict(depth=4, width=500, cells=4000, latent=200), CHUNG, 91_077_200,
                   "Chung et al.'s code (600 units in phi_x and emission there)"),
    "srnn": Preset(SRNN, FRACCARO, 61_189_520, "comments in Goyal et al.'s code; schedule as for TIMIT"),
    "zforcing": Preset(SRNN, GOYAL, 67_368_336, "Goyal et al.'s code; clip 100 of a sum over 40 frames"),
    "zforcing_aux": Preset(SRNN, GOYAL | {"aux_weight": 5e-4}, 73_927_056,
                   "as zforcing; aux weight of their older script for TIMIT"),
    "wavenet": Preset(dict(layers=5, width=1024), LAI, 35_262_864, "the paper: five layers of 1024"),
    "wavenet_gmm": Preset(dict(layers=5, width=512, norm="none"), LAI, 14_921_440, CODE),
    "swavenet": Preset(dict(layers=5, width=1024, latent=100), LAI, 84_750_688,
                   "the paper, section 4.1; KL weight, section 3.2"),
    "released": Preset(dict(layers=4, width=1024, latent=512, hidden=512), RELEASED, 73_075_600, CODE),
}  # fmt: skip


def settings(system: str) -> Settings:
    return settings_of(PRESETS, system, "blizzard")
