"""Online handwriting: the path of a pen, from a database or from any folder of trajectories."""

from swn_jax.data.ink import folder, iamondb

RECORDS = (iamondb.RECORD, folder.RECORD)
