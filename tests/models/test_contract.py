"""Every model under every property that a model must have."""

import pytest
from contract import PROPERTIES, case, rig

from swn_jax.models import MODELS
from swn_jax.models.swavenet import swavenet

SMALL = dict(layers=2, width=6, latent=2)
CASES = [
    case("swavenet", swavenet, 8, layers=3, width=6, latent=2),
    case("swavenet:top", swavenet, 4, **SMALL, stochastic=1, hidden=5, reach="paper"),
    case("swavenet:none", swavenet, 4, **SMALL, stochastic=0),
    case("swavenet:released", swavenet, 4, **SMALL, gate="linear", norm="batch", reach="released", residual_mean=False),
    case("swavenet:bare", swavenet, 4, **SMALL, norm="none", residual=False),
    case("swavenet:remat", swavenet, 4, **SMALL, remat=True),
]


@pytest.mark.parametrize("prop", PROPERTIES, ids=lambda prop: prop.__name__)
@pytest.mark.parametrize("model", CASES, ids=repr)
def test_contract(model, prop):
    prop(rig(model))


def test_every_model_has_a_case():
    assert {model.name.split(":")[0] for model in CASES} == set(MODELS)
