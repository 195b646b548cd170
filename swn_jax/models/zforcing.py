"""Z-forcing (Goyal et al. 2017): latent variables trained to predict the backward states of the inference network.

     generative model                                 inference network

     h[t-1] --> z[t]                                  h[t-1] --> z[t] <-- b[t] <-- b[t+1]
         \\        |                                               :        ^
          `-----> h[t] <-- e(x[t-1])                             aux     e(x[t])
                   |
                 p(x[t])

With the linear embedding e, shared by both networks:
    z_t ~ N(mu_p(h_{t-1}), sigma_p(h_{t-1}))          h_t = LSTM([e(x_{t-1}); W z_t], h_{t-1})
    p(x_t | z_<=t, x_<t) from h_t, linear
    b_t = LSTM(e(x_t), b_{t+1})                       q(z_t | h_{t-1}, b_t) = N(mu_q([h_{t-1}; b_t]), sigma_q(...))
    aux_t = -log N(b_t; tanh mu_a([h_{t-1}; z_t]), sigma_a(...)), b_t held fixed
The auxiliary cost aux makes z_t predict b_t; its weight belongs to the objective. With `cond_ln`, z_t acts on
the gates of the cell: LN(W e(x_{t-1})) + (1 + gain(z_t)) LN(U h_{t-1}) + bias(z_t), gain and bias between -3 and 3.
"""

from swn_jax.dists.likelihood import gaussian
from swn_jax.models.base import DTYPES, choose, pair, positive
from swn_jax.models.recurrent import record
from swn_jax.models.zforcing_net import Net
from swn_jax.recorded import recorded
from swn_jax.types import Likelihood, Model


@recorded
def zforcing(
    frame: int,
    *,
    width: int = 512,
    cells: int = 1024,
    latent: int = 256,
    cond_ln: bool = False,
    aux: bool = True,
    log_scale_bounds: tuple[float, float] = (-8.0, 8.0),
    likelihood: Likelihood | None = None,
    dtype: str = "float32",
) -> Model:
    """Z-forcing; the defaults are the released code's sizes for TIMIT.

    Args:
      frame: D, the width of a frame.
      width: width of the embedding, and hidden units of all perceptrons.
      cells: LSTM units of h and of b.
      latent: dimensions of the latent variable.
      cond_ln: whether z sets gain and bias of a layer norm in the cell, in place of being its input.
      aux: whether `Terms.aux` [B, T, 1] holds the cost of predicting b_t in nats; A = 0 otherwise.
      log_scale_bounds: least and largest log standard deviation of prior, posterior and the prediction of b, nats.
      likelihood: the density of a frame; the diagonal Gaussian with its floor at -12 when None.
      dtype: "float32", or "bfloat16" for the operands of matrix products; all else stays float32.
    Raises:
      SwnError: for sizes below 1 and unknown names.
    """
    likelihood = gaussian() if likelihood is None else likelihood
    positive(frame=frame, width=width, cells=cells, latent=latent)
    net = Net(
        likelihood.size(frame), width, cells, latent, cond_ln, aux, pair(log_scale_bounds),
        choose("dtype", dtype, DTYPES),
    )  # fmt: skip

    return record(frame, (latent,), likelihood, net, lookahead=None)
