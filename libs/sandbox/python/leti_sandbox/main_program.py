"""The candidate's side of a stdin/stdout case: runs the solution as a main program, to its end as the interpreter would.

Everything here is within reach of hostile code. What it reports of an exception decides nothing but the feedback's words.
"""
import atexit
import builtins
import gc
import os
import sys
import types

from .exceptions import PROGRAM_FILE, final_lines, program_frames
from .wire import Writer

ENDED, RAISED, INVALID = range(3)
"""What a report is of: a program that ended by itself, an uncaught exception, text that does not compile."""

OTHER, ASSERTION, MEMORY, PROCESSES = range(4)
"""What kind of exception it was."""

_exit = os._exit
_write = os.write


def run_main(source, report):
    """Runs ``source`` as ``__main__``, writes how it ended to the descriptor ``report``, and ends the process."""
    module = types.ModuleType("__main__")
    module.__builtins__ = builtins
    sys.modules["__main__"] = module
    sys.argv = [PROGRAM_FILE]
    sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)
    depth, frame = 0, sys._getframe()
    while frame is not None:
        depth, frame = depth + 1, frame.f_back
    # The program gets the interpreter's usual depth on top of the frames below it.
    sys.setrecursionlimit(1000 + depth + 1)
    code = _run(source, module.__dict__, report)
    try:
        _shut_down(module)
    except BaseException:
        code = code or 120
    _exit(code)


def _run(source, namespace, report):
    """Runs the program; returns its exit status."""
    try:
        code = compile(source, PROGRAM_FILE, "exec", dont_inherit=True)
    except BaseException as error:
        _tell(report, INVALID, error)
        return 1
    try:
        exec(code, namespace)
    except SystemExit as error:
        return _status(error.code)
    except BaseException as error:
        _tell(report, RAISED, error)
        return 1
    _send(report, ENDED, OTHER, "", "", [])
    return 0


def _status(code):
    if code is None:
        return 0
    if isinstance(code, int):
        return int(code) & 0xFF
    try:
        print(code, file=sys.stderr)
    except BaseException:
        pass
    return 1


def _tell(report, what, error):
    try:
        cls = type(error)
        if isinstance(error, AssertionError):
            kind = ASSERTION
        elif isinstance(error, MemoryError):
            kind = MEMORY
        elif isinstance(error, BlockingIOError) or (isinstance(error, RuntimeError) and "start new thread" in str(error)):
            kind = PROCESSES
        else:
            kind = OTHER
        frames = program_frames(error.__traceback__) if what == RAISED else []
        _send(report, what, kind, final_lines(cls, error), cls.__name__, frames)
    except BaseException:
        pass  # the exit status says that it failed


def _send(report, what, kind, final, name, frames):
    message = Writer()
    message.u8(what)
    message.u8(kind)
    message.text(final)
    message.text(name[:256])
    message.u32(len(frames))
    for line, function, count in frames:
        message.u32(max(0, line))
        message.text(function[:256])
        message.u32(count)
    view = memoryview(message.data)
    while view:
        view = view[_write(report, view) :]


def _shut_down(module):
    """What the interpreter does at its end: joins threads, runs exit functions, lets objects go, writes out what is buffered."""
    threading = sys.modules.get("threading")
    if threading is not None and len(threading._active) > 1:
        threading._shutdown()
    try:
        atexit._run_exitfuncs()
    except BaseException:
        pass
    _flush()
    module.__dict__.clear()
    gc.collect()
    _flush()


def _flush():
    for stream in {id(stream): stream for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__)}.values():
        if stream is not None and not getattr(stream, "closed", False):
            stream.flush()
