"""Writes the feedback sections of canonical/*.txt, or checks them: the same bytes are due on Python 3.9 to 3.13.

The texts are those of LETI's own judge in two plain processes, without a sandbox; docs/feedback.md is the contract they are read
against. Run ``python3 test/programs/make_canonical.py`` to write, and with ``--check``, under each version, to compare. A case may
have a section ``options``: JSON of style, visibleTests, maxTokens and values; ``only`` there keeps it to versions from that one on.
"""
import json
import os
import pathlib
import signal
import socket
import sys
import tempfile

FOLDER = pathlib.Path(__file__).parent / "canonical"
sys.path.insert(0, str(FOLDER.parents[2] / "libs/sandbox/python"))

from leti_sandbox.candidate import run_candidate
from leti_sandbox.channel import Channel
from leti_sandbox.feedback import end_feedback
from leti_sandbox.judges.kinds import kind_of
from leti_sandbox.judges.stdio import StdioJudge, send_run
from leti_sandbox.main_program import run_main
from make_feedback import sections

SECONDS = 2


def forked(act, *descriptors):
    """Starts ``act()`` in a process of its own with these descriptors as its first three."""
    child = os.fork()
    if child == 0:
        try:
            null = os.open(os.devnull, os.O_RDWR)
            for number, descriptor in enumerate((*descriptors, null, null, null)[:3]):
                os.dup2(descriptor, number)
            act()
        finally:
            os._exit(0)
    return child


def judge(program):
    """The feedback for ``program``, whose keys are those of the sandbox's own frames."""
    if program["judge"] is not None and program["judge"]["kind"] == "stdio":
        return judge_cases(program)
    ours, theirs = socket.socketpair()
    child = forked(lambda: run_candidate(Channel(theirs.fileno()), program["prompt"] + program["solution"] + "\n"))
    theirs.close()
    started, killed = [None], []

    def on_test(index):
        started[0] = index

    def time_is_up(*_):
        killed.append(child)
        os.kill(child, signal.SIGKILL)

    signal.signal(signal.SIGALRM, time_is_up)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        job = {**program, "setup": program["testSetupCode"]}
        kind = kind_of(job)
        template = kind.make_template(job) if kind.make_template else None
        verdict = kind.make_judge(Channel(ours.fileno()), job, template, on_test).judge()
        feedback = verdict.feedback
        if verdict.outcome == "candidate_gone":
            feedback = "process timeout" if killed else "early exit"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        ours.close()
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return end_feedback(program, feedback, started[0])


def judge_cases(program):
    ours, theirs = socket.socketpair()
    hand_over = Channel(theirs.fileno())

    def run_case(index):
        stdin, stdout, report = (tempfile.TemporaryFile() for _ in range(3))
        stdin.write(program["judge"]["cases"][index]["stdin"].encode())
        stdin.seek(0)
        source = program["prompt"] + program["solution"] + "\n"
        child = forked(lambda: run_main(source, report.fileno()), stdin.fileno(), stdout.fileno())
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        texts = []
        for file in (report, stdout):
            file.seek(0)
            texts.append(file.read())
        send_run(hand_over, status, *texts)

    job = {**program, "setup": program["testSetupCode"]}
    return StdioJudge(Channel(ours.fileno()), job, None, run_case).judge().feedback


def program_of(parts):
    one = dict(parts)
    options = json.loads(one.get("options", "{}"))
    rule = json.loads(one["judge"]) if "judge" in one else None
    return {
        "prompt": one.get("prompt", ""), "solution": one["solution"], "testSetupCode": one.get("setup", ""),
        "tests": [body for title, body in parts if title == "test"], "judge": rule,
        "feedback": {"style": "canonical_v1", **{key: value for key, value in options.items() if key != "only"}},
    }, tuple(options.get("only", (3, 9)))


def main(check):
    wrong = 0
    for path in sorted(FOLDER.glob("*.txt")):
        with open(path, newline="") as file:
            parts = sections(file.read())
        program, least = program_of(parts)
        if sys.version_info[:2] < least:
            continue
        feedback = judge(program)
        if check and feedback != dict(parts).get("feedback"):
            wrong += 1
            print("%s: expected %r, got %r" % (path.name, dict(parts).get("feedback"), feedback))
        if not check:
            parts = [part for part in parts if part[0] != "feedback"]
            with open(path, "w", newline="") as file:
                file.write("".join("--- %s\n%s\n" % part for part in [*parts, ("feedback", feedback)]))
    print("%d of %d differ on Python %s" % (wrong, len(list(FOLDER.glob("*.txt"))), sys.version.split()[0]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))
