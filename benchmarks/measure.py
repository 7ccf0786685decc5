"""One step, once, in a process of its own: `python -m benchmarks.measure WHO STEP FOLDER` prints what it took, as JSON.

The same step is first done on the ten articles beside FOLDER, so that imports, word lists and tables are warm; reading its input and
bringing it into the type that a library likes best is not measured either.
"""

import json
import resource
import sys
import time
from pathlib import Path

from benchmarks.ours import KEPT, STEPS
from benchmarks.peers import PEERS

US = "Dateline"


def used():
    """CPU seconds and the peak in MB, of this process and those that it started (memory: of the largest)."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in both), max(use.ru_maxrss for use in both) / 1024


def main(who, step, folder):
    """Do it and say what it took; of our own steps, those that others build upon leave their table in the folder."""
    folder, prepare = Path(folder), STEPS[step] if who == US else PEERS[step][who]
    if who == US:  # the environment of the others has none of these; and their import is not what is measured
        import psutil
        from joblib.externals.loky import get_reusable_executor
    if step != "report":  # which starts Python anew, whatever ran before
        prepare(folder.parent / "10")()
    run = prepare(folder)
    (before, _), start = used(), time.perf_counter()
    result = run()
    wall = time.perf_counter() - start
    if who == US and psutil.Process().children():
        get_reusable_executor().shutdown(wait=True)  # the CPU of processes counts once they have ended
    after, memory = used()
    if who == US and step in KEPT:
        result.to_pickle(folder / f"{KEPT[step]}.pkl")
    print(json.dumps({"cpu": after - before, "wall": wall, "mb": memory, "whole": after}))


if __name__ == "__main__":
    main(*sys.argv[1:])
