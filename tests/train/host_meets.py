"""One of several processes that only meet, and compare what they have.

python host_meets.py ADDRESS PROCESSES NUMBER SECONDS DEVICES TEXT: waits so long for the others, whose text must be
the same.
"""

import sys

import jax

from swn_jax.train import distributed, hosts


def main(address, processes, number, seconds, devices, text):
    jax.config.update("jax_num_cpu_devices", int(devices))

    def met():
        hosts.join(hosts.address_of(address, int(processes), int(number)), seconds=float(seconds))
        with distributed.primary_first():
            print("in turn")
        distributed.devices()
        distributed.assert_equal("the config", text)
        return 0

    sys.exit(hosts.together(met, lambda said: print("error:", said, file=sys.stderr) or 2))


if __name__ == "__main__":
    main(*sys.argv[1:])
