"""Runs programs the plain way: prompt + solution + set-up + tests as one file ``<string>`` in one process.

JSON lines in (programId, prompt, solution, testSetupCode, tests, limits), JSON lines out (programId, outcome, exceptionType,
feedback, cpuMs, wallMs; wallMs is what compiling and running alone took). Each program has a fork of its own, with limits on CPU time,
wall time, memory and output, and nothing that would stop a program from lying: for programs that mean no harm.

The process wants ``PYTHONHASHSEED=0``, as everything that has to give the same text twice.
"""
import json
import linecache
import os
import random
import resource
import select
import signal
import sys
import tempfile
import time
import traceback

_LOOK_SECONDS = 0.05
_MAX_FEEDBACK = 1 << 18
"""Characters; the sandbox cuts its feedback there too."""
_CALLERS = 5 if sys.version_info >= (3, 12) else 6
"""Frames below the program's own first one, as the interpreter counts them; its recursion depth is counted without them."""


def program_text(program):
    setup = program["testSetupCode"]
    return program["prompt"] + program["solution"] + "\n" + (setup + "\n" if setup else "") + "\n".join(program["tests"])


def feedback_text(error, lines):
    """The published form: frames of the program only, a blank line between them, no carets, no causes."""
    linecache.cache["<string>"] = (0, None, [line + "\n" for line in lines], "<string>")
    # Walked without columns, there are no carets.
    walked = traceback.walk_tb(error.__traceback__)
    frames = [frame for frame in traceback.StackSummary.extract(walked) if frame.filename == "<string>"]
    if isinstance(error, SyntaxError):
        error.offset = None
    final = traceback.TracebackException(type(error), error, None, lookup_lines=False).format_exception_only()
    stack = traceback.StackSummary.from_list(frames)
    return ("Traceback (most recent call last):\n" + "\n".join(stack.format()) + "\n".join(final))[:_MAX_FEEDBACK]


def outcome_of(error, compiled):
    if error is None:
        return "passed"
    if not compiled:
        return "syntax_error"
    if isinstance(error, SystemExit):
        return "early_exit"
    if isinstance(error, AssertionError):
        return "failed_assertion"
    return "memory_exceeded" if isinstance(error, MemoryError) else "exception"


def execute(text):
    """Runs ``text`` in this process; returns ``(outcome, exception or None, seconds)``."""
    error, compiled, started = None, False, time.perf_counter()
    try:
        code = compile(text, "<string>", "exec", dont_inherit=True)
        compiled = True
        exec(code, {})
    except BaseException as raised:
        error = raised
    return outcome_of(error, compiled), error, time.perf_counter() - started


def run_child(program, report, output):
    """Never returns."""
    limits = program["limits"]
    null = os.open("/dev/null", os.O_RDONLY)
    for descriptor, number in ((null, 0), (output, 1), (output, 2)):
        os.dup2(descriptor, number)
    # Not the buffered one, which has read ahead what is meant for the next programs.
    sys.stdin = open(0)
    with open("/proc/self/statm") as file:
        own_bytes = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (own_bytes + limits["memoryBytes"],) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (int(limits["cpuTimeMs"] / 1000) + 2,) * 2)
    random.seed(0)
    sys.setrecursionlimit(1000 + _CALLERS)
    text = program_text(program)
    outcome, error, seconds = execute(text)
    feedback = "" if error is None else "early exit" if outcome == "early_exit" else feedback_text(error, text.split("\n"))
    kind = "" if error is None else type(error).__name__
    answer = {"outcome": outcome, "exceptionType": kind, "feedback": feedback, "wallMs": 1000 * seconds}
    with open(report, "w") as file:
        json.dump(answer, file)
    os._exit(0)


def run_program(program):
    """The plain verdict on ``program``."""
    # A file, for a pipe would make the program wait for a reader.
    report, report_path = tempfile.mkstemp()
    output, output_end = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setsid()
            run_child(program, report, output_end)
        finally:
            os._exit(1)
    os.close(output_end)
    ended = _watch(child, program["limits"], output)
    _kill_group(child)
    _, _, usage = os.wait4(child, 0)
    os.close(report)
    os.close(output)
    with open(report_path) as file:
        answer = file.read()
    os.unlink(report_path)
    if ended is None and not answer:
        ended = ("early_exit", "early exit")
    verdict = json.loads(answer) if ended is None else {"outcome": ended[0], "exceptionType": "", "feedback": ended[1], "wallMs": 0}
    return {"programId": program["programId"], **verdict, "cpuMs": 1000 * (usage.ru_utime + usage.ru_stime)}


def _watch(child, limits, output):
    """Waits for the child's end; returns ``(outcome, feedback)`` when a limit ends it first."""
    poll, pidfd = select.poll(), os.pidfd_open(child)
    poll.register(pidfd, select.POLLIN)
    poll.register(output, select.POLLIN)
    deadline, written = time.monotonic() + limits["wallTimeMs"] / 1000, 0
    try:
        while True:
            ready = {descriptor for descriptor, _ in poll.poll(1000 * _LOOK_SECONDS)}
            if output in ready:
                data = os.read(output, 1 << 16)
                written += len(data)
                if written > limits["outputBytes"]:
                    return "output_exceeded", "output limit exceeded"
                if not data:
                    poll.unregister(output)
            if pidfd in ready:
                return None
            if time.clock_gettime((~child << 3) | 2) * 1000 >= limits["cpuTimeMs"]:
                return "cpu_timeout", "process timeout"
            if time.monotonic() > deadline:
                return "wall_timeout", "process timeout"
    finally:
        os.close(pidfd)


def _kill_group(child):
    for kill in (os.killpg, os.kill):
        try:
            kill(child, signal.SIGKILL)
        except ProcessLookupError:
            pass


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for line in sys.stdin:
            print(json.dumps(run_program(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
