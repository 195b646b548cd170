"""What a person sees who waits, where there is no terminal."""

from swn_jax.commands.progress import Progress, prepare_bar


def test_logged_steps_and_validations_are_lines(capsys):
    progress = Progress(200)
    progress.write(dict(step=50, elbo=-1.25, kl=2.0, beta=0.5, grad_norm=3.0, frames_per_second=7.0, rate=0.1))
    progress.write(dict(step=50, elbo=0.0, kl=0.0, beta=0.0, grad_norm=0.0, frames_per_second=0.0,
                        time_steps=0.6, time_data=0.0, time_saving=0.4, repeated=0.25))  # fmt: skip
    progress.write(dict(step=100, valid_elbo=-12.34))
    progress.close()
    step, timed, validation = capsys.readouterr().out.splitlines()
    assert step.split() == ["step", "50/200", "elbo", "-1.2", "kl", "2.00", "beta", "0.50", "grad_norm", "3.0",
                            "frames_per_second", "7"]  # fmt: skip
    assert timed.endswith("  time: steps 60%, saving 40%, repeated 25%")
    assert validation == "step 100  validation bound -12.3 nats per sequence"


def test_preparing_is_silent_without_a_terminal(capsys):
    with prepare_bar() as progress:
        progress(1, 2)
        progress(2, 2)
    assert capsys.readouterr() == ("", "")
