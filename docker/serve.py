"""Runs a program for as long as the process that started this one keeps its stdin open.

So no server outlives its parent, not even one that was killed. The program is asked to end by SIGINT, with all that it
started, and killed if it does not: this process must be the leader of its process group.

usage: serve.py [--as UID] program [argument ...]
"""

import os
import signal
import subprocess
import sys
import threading

GRACE_SECONDS = 5.0


def main(arguments: list[str]) -> int:
    identity = {}
    if arguments[0] == "--as":
        uid = int(arguments[1])
        identity = {"user": uid, "group": uid, "extra_groups": []}
        arguments = arguments[2:]
    program = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, **identity)
    # This process waits for the program, also when the whole group is told to end.
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda *_: end())
    threading.Thread(target=end_with_parent, daemon=True).start()
    return program.wait()


def end_with_parent() -> None:
    while os.read(0, 4096):
        pass
    end()


def end() -> None:
    killer = threading.Timer(GRACE_SECONDS, os.killpg, args=(0, signal.SIGKILL))
    killer.daemon = True
    killer.start()
    os.killpg(0, signal.SIGINT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
