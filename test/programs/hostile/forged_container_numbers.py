# expect: tampering
# Sends a container under one of the judge's own numbers.
import sys

def add(items):
    frame = sys._getframe()
    while frame is not None:
        peer = frame.f_locals.get("self")
        if hasattr(peer, "shared"):
            peer.shared._next = 4
            return [items, [1], [2]]
        frame = frame.f_back
# tests:
given = [1]
assert add(given) == 3
