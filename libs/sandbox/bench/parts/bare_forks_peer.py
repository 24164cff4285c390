"""The least that two processes a program can cost: JSON lines in, JSON lines out, as human_eval_peer.py has them.

One bare fork of a warm interpreter runs program and tests together, another one compiles the tests, and both exit. No user id, no
limit, no system call filter, no channel between the two, no comparison of plain data, no sweep: what a judge adds comes on top.
"""
import gc
import importlib
import json
import os
import resource
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))
from leti_sandbox import libc, preload  # noqa: E402


def cpu_seconds():
    own, below = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + below.ru_utime + below.ru_stime


def forked(run):
    """Whether ``run`` ended without an exception, in a fork of its own."""
    child = libc.fork()
    if child == 0:
        try:
            run()
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def passes(program):
    tests = "%s\ncheck(%s)\n" % (program["test"], program["entryPoint"])
    whole = program["prompt"] + program["solution"] + "\n" + tests
    passed = forked(lambda: exec(compile(whole, "<string>", "exec"), {"__name__": "program"}))
    return forked(lambda: compile(tests, "<tests>", "exec")) and passed


def main():
    for name in preload.COMMON_MODULES + preload.CANDIDATE_MODULES:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    answers = os.dup(1)
    os.dup2(os.open("/dev/null", os.O_WRONLY), 1)
    os.write(answers, b'{"ready": true}\n')
    while True:
        # Not by iteration, which reads ahead into what forks share.
        line = sys.stdin.readline()
        if not line:
            return
        program = json.loads(line)
        cpu, started = cpu_seconds(), time.perf_counter()
        passed = passes(program)
        wall = time.perf_counter() - started
        answer = {"programId": program["programId"], "passed": passed, "wallMs": 1000 * wall, "cpuMs": 1000 * (cpu_seconds() - cpu)}
        os.write(answers, json.dumps(answer).encode() + b"\n")


if __name__ == "__main__":
    main()
