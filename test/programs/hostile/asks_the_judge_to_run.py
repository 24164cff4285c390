# expect: tampering
# Asks the judge for an operation that no program may ask for.
import sys

def add(a, b):
    frame = sys._getframe()
    while frame is not None:
        peer = frame.f_locals.get("self")
        if hasattr(peer, "ask"):
            return peer.ask("getattr", 0, ("__class__",))
        frame = frame.f_back
    raise ValueError("no channel found")
