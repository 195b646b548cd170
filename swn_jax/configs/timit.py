"""TIMIT at the sizes of the papers."""

from swn_jax.configs.presets import Preset, settings_of
from swn_jax.configs.settings import Settings

# The authors' code: a cosine learning rate down to 0, KL weight up to 1 in half of 400 epochs (section 4.1).
LAI = {
    "steps": "400 epochs", "warmup": "1 epochs", "batch": 128, "rate": 5e-4, "eval_every": 1000,
    "anneal.over": "200 epochs", "anneal.start": 0.0,
}  # fmt: skip
# Its gradients are of sums over 40 frames, ours of means: its 0.1 is our 0.0025.
RELEASED = LAI | {"clip_largest": 0.0025, "anneal.start": 5e-5, "adam_b2": 0.999, "adam_eps": 1e-5}
CODE = "their code's defaults for TIMIT"
GOYAL = {
    "steps": "100 epochs", "batch": 32, "eval_every": 1000, "rate": 1e-3, "clip": 2.5,
    "adam_b2": 0.999, "adam_eps": 1e-5,
    "anneal.kind": "linear", "anneal.over": "16000 steps", "anneal.start": 0.2,
}  # fmt: skip
CHUNG = {
    "steps": "100 epochs", "batch": 128, "eval_every": 1000, "rate": 1e-3, "adam_b2": 0.999, "anneal.kind": "constant",
}  # fmt: skip
FRACCARO = {
    "steps": "50 epochs", "batch": 64, "eval_every": 1000, "rate": 1e-3, "clip": 3000.0,
    "adam_b2": 0.999, "adam_eps": 1e-4,
    "anneal.kind": "linear", "anneal.over": "20 epochs", "anneal.start": 0.0,
}  # fmt: skip
LSTM = dict(width=1024, cells=512)
ZFORCING = dict(width=512, cells=1024, latent=256)

PRESETS = {
    "rnn": Preset(LSTM, LAI, 6_388_112, f"sizes: {CODE}; density: the paper's text"),
    "rnn_gmm": Preset(LSTM, LAI, 18_278_112, f"{CODE}; the paper's row RNN is this one's"),
    "storn": Preset(dict(width=512, cells=1024, latent=256), FRACCARO, 12_601_232,
                   "no speech in its paper: SRNN's sizes and training"),
    "vrnn": Preset(dict(depth=4, width=500, cells=2000, latent=200), CHUNG, 32_069_200,
                   "Chung et al.'s code for Blizzard; cells, rate and epochs for TIMIT as recalled, not read"),
    "srnn": Preset(dict(width=512, cells=1024, latent=256), FRACCARO, 15_915_408, "Fraccaro et al.'s code for TIMIT"),
    "zforcing": Preset(ZFORCING, GOYAL, 17_431_952, "Goyal et al.'s code for TIMIT; clip 100 of a sum over 40 frames"),
    "zforcing_aux": Preset(ZFORCING, GOYAL | {"aux_weight": 5e-4}, 19_138_448,
                   "as zforcing; aux weight from an older script of theirs"),
    "wavenet": Preset(dict(layers=5, width=512), LAI, 8_980_880, "the paper: five layers of 512"),
    "wavenet_gmm": Preset(dict(layers=5, width=512, norm="none"), LAI, 14_921_440,
                   "Lai et al.'s code with the width of the paper"),
    "swavenet": Preset(dict(layers=5, width=512, latent=100), LAI, 22_191_456,
                   "the paper, section 4.1; KL weight, section 3.2"),
    "released": Preset(dict(layers=4, width=1024, latent=512, hidden=512), RELEASED, 73_075_600, CODE),
}  # fmt: skip


def settings(system: str) -> Settings:
    return settings_of(PRESETS, system, "timit")
