"""Serves Phoenix for as long as the process that started it keeps this one's stdin open.

So no Phoenix outlives its parent, not even one that was killed. The settings come from the environment.
"""

import os
import runpy
import signal
import sys
import threading

GRACE_SECONDS = 5.0


def end_with_parent() -> None:
    # Not sys.stdin: its lock, held by a daemon thread, would abort the interpreter's own shutdown.
    while os.read(0, 4096):
        pass
    killer = threading.Timer(GRACE_SECONDS, os._exit, args=(1,))
    killer.daemon = True
    killer.start()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=end_with_parent, daemon=True).start()
    sys.argv = ["phoenix", "serve"]
    runpy.run_module("phoenix.server.main", run_name="__main__")
