"""One system from several seeds: the deviation that table 1 gives for SWaveNet is of ten."""


def trials(config, seeds: int = 10):
    for seed in range(seeds):
        yield {"seed": seed}
