# expect: tampering
# Calls an object that no test passed in.
import sys

def add(a, b):
    frame = sys._getframe()
    while frame is not None:
        peer = frame.f_locals.get("self")
        if hasattr(peer, "ask"):
            return peer.ask("call", 12345, (1, 2))
        frame = frame.f_back
    raise ValueError("no channel found")
