# expect: failed_assertion
# Sets a trace function that rewrites results.
import sys

def tracer(frame, event, arg):
    return tracer

sys.settrace(tracer)

def add(a, b):
    return 0
