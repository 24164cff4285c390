# expect: failed_assertion | tampering | early_exit | exception
# Traces the machinery that serves the judge and rewrites its variables as it runs.
import ctypes
import sys

def tracer(frame, event, argument):
    for name, value in list(frame.f_locals.items()):
        if name in ("result", "value", "reply"):
            try:
                frame.f_locals[name] = 3
                ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(0))
            except Exception:
                pass
    return tracer

frame = sys._getframe()
while frame is not None:
    frame.f_trace = tracer
    frame = frame.f_back
sys.settrace(tracer)

def add(a, b):
    return 0
