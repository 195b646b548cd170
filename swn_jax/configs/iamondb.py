"""IAM-OnDB at the sizes of the papers, on whole lines with the pen density."""

from swn_jax.configs.presets import Preset, settings_of
from swn_jax.configs.settings import Settings

WHOLE = {"sequence_length": 2000, "sequence_stride": 2000, "warmup": "1 epochs", "eval_every": 1000}
# The authors' code: 200 epochs, KL weight along half a cosine during the first half.
LAI = WHOLE | {
    "steps": "200 epochs", "batch": 32, "rate": 3e-4, "anneal.kind": "half_cosine", "anneal.over": "100 epochs",
    "anneal.start": 0.0,
}  # fmt: skip
# Its gradients are of sums over a line of about 600 frames, ours of means.
RELEASED = LAI | {"clip_largest": 1.7e-4, "anneal.start": 5e-5, "decay": 1e-5, "adam_b2": 0.999, "adam_eps": 1e-5}
CODE = "their code for ink"
CHUNG = WHOLE | {"steps": "200 epochs", "batch": 20, "rate": 3e-4, "adam_b2": 0.999, "anneal.kind": "constant"}
SRNN = dict(width=150, cells=200, latent=150)
ORS = WHOLE | {
    "steps": "20000 steps", "batch": 32, "rate": 1e-3, "clip": 0.5, "adam_b2": 0.999,
    "anneal.kind": "linear", "anneal.over": "16000 steps", "anneal.start": 0.2,
}  # fmt: skip
SWAVENET = dict(layers=6, stochastic=1, width=200, latent=200)

PRESETS = {
    "rnn": Preset(dict(width=340, cells=1200), CHUNG, 8_040_426, "Chung et al.'s code; the paper's row RNN is theirs"),
    "rnn_gmm": Preset(dict(width=300, cells=1200), CHUNG, 7_783_321, "Chung et al.'s code, 20 components"),
    "storn": Preset(SRNN, ORS, 552_906, "no ink in its paper: as srnn"),
    "vrnn": Preset(dict(depth=1, width=150, cells=1200, latent=50), CHUNG, 7_829_606,
                   "Chung et al.'s code (250 units in phi_x and emission there)"),
    "srnn": Preset(SRNN, ORS, 836_556, "Dai et al. 2019's code for ink"),
    "zforcing": Preset(SRNN, ORS, 886_956, "no ink in its paper: as srnn"),
    "zforcing_aux": Preset(SRNN, ORS | {"aux_weight": 5e-4}, 1_000_006, "no ink in its paper: as srnn"),
    "wavenet": Preset(dict(layers=6, width=200), LAI, 1_572_206, "layers as in the compiled code, width as swavenet"),
    "wavenet_gmm": Preset(dict(layers=6, width=200), LAI, 1_595_321, "as wavenet; 20 components as Chung et al.'s RNN"),
    "swavenet": Preset(SWAVENET, LAI, 2_138_406, f"{CODE}: five layers without latents below one with"),
    "released": Preset(SWAVENET | dict(hidden=0), RELEASED, 2_217_606, CODE),
}  # fmt: skip


def settings(system: str) -> Settings:
    return settings_of(PRESETS, system, "iamondb", density="pen")
