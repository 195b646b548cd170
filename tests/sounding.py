"""A source-filter density for the contract of sound, with the sum over its modes made one by one in numpy."""

import itertools

import jax.numpy as jnp
import numpy as np
from sample_contract import WIDTH, Rig
from scipy import special, stats

from swn_jax.dists.classic.prediction import Classic
from swn_jax.dists.likelihood import source_filter
from swn_jax.dists.likelihood.source_filter.modes import JUMPS, RARE, SHIFTS, SPREAD, TOLD
from swn_jax.dists.likelihood.source_filter.parallel import mixtures
from swn_jax.dists.likelihood.source_filter.state import Settings
from swn_jax.dists.sample_mixture import Mixtures

BOUNDS, COUNT = (-8.5, 4.0), len(JUMPS)
PERIODS = (1.2, 0.0, 0.07), (0.33, 2.01, 2.0)  # told, hundreds of samples: one is none, one too short, one too long
MARKS = (0.02, 0.3, 0.055), (0.31, 0.02, 0.0)  # told, in the same unit: one where no voice is, the last one is none


class Sounding(Rig):
    """Its mixtures have the components of all modes one after another."""

    def __init__(self, fields):
        classic = Classic(*(fields[key] for key in Classic._fields))
        sizes = [fields[key] for key in ("order", "gains", "parts")], [fields[key] for key in ("window", "units")]
        told = ("found", "told", "pulses").index(fields.get("period", "found"))
        self.settings, self.components = Settings(*sizes[0], classic, *sizes[1], BOUNDS, told), fields["components"]
        super().__init__(source_filter(**fields), self.of_all_modes)
        if told:
            given = jnp.stack([jnp.asarray(PERIODS), jnp.asarray(MARKS)][:told], axis=-1)
            self.params = self.params.at[..., -told:].set(given)

    def of_all_modes(self, *given):
        found = mixtures(*given, self.settings)
        rows = len(found.x), found.x[0].size, -1
        flat = (jnp.broadcast_to(a, found.mean.shape).reshape(rows) for a in found[1:])
        return Mixtures(found.x.reshape(len(found.x), -1), *flat)

    @property
    def said(self):
        """Where the numbers that say the modes begin: odds of jumps, their levels, voicing, and shifts."""
        return self.settings.order + self.settings.gains + self.settings.units

    @property
    def behind(self):
        """The numbers after those: of a pulse, and what is told."""
        return sum(self.settings.pulse[0]) + self.settings.told

    @property
    def certain(self):
        """The first mode: no jump, and the first shift."""
        sure = self.params.at[..., self.said : self.said + COUNT].set(-1e3)
        first = [-part * SHIFTS - self.behind for part in (2, 1)]
        return sure.at[..., first].set(1e3) if self.settings.classic.pitch else sure

    def log_density(self, found, kept=slice(None)):
        """By all ways through the modes, one by one."""
        wide = (*self.x.shape, -1, self.components)
        logit, mean, log_scale = (np.asarray(a, np.float64).reshape(wide) for a in found[1:])
        e = np.asarray(found.x, np.float64).reshape(*self.x.shape, 1, 1)
        parts = special.log_softmax(logit, axis=-1) + stats.norm.logpdf(e, mean, np.exp(log_scale))
        each = special.logsumexp(parts, axis=-1)  # [B, T, D, M]
        each[..., np.delete(np.arange(WIDTH), kept), :] = 0.0
        halves = each.reshape(*self.x.shape[:2], 2, WIDTH // 2, -1).sum(-2)
        jump, shift = self.log_probabilities(halves.shape[-1] - COUNT)
        ways = [jump[..., 1 + j] + halves[..., j - COUNT].sum(-1) for j in range(COUNT)]
        for o in itertools.product(range(shift.shape[-1]), repeat=2):
            ways.append(jump[..., 0] + sum(shift[..., k, o[k]] + halves[..., k, o[k]] for k in range(2)))
        return special.logsumexp(ways, axis=0)

    def log_probabilities(self, shifts):
        """Of no jump and the jumps, and of the shifts of both halves."""
        said = np.asarray(self.params, np.float64)[..., self.said :]
        odds = np.concatenate([np.zeros_like(said[..., :1]), said[..., :COUNT] + RARE], axis=-1)
        said = said[..., : said.shape[-1] - self.behind]
        given = said[..., -2 * shifts :] if shifts > 1 else np.zeros((*said.shape[:2], 2))
        place = np.arange(shifts) - shifts // 2
        logits = (
            given.reshape(*said.shape[:2], 2, shifts) - 0.5 * (place / (TOLD if self.settings.told else SPREAD)) ** 2
        )
        return special.log_softmax(odds, axis=-1), special.log_softmax(logits, axis=-1)
