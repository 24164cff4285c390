# expect: failed_assertion | tampering | early_exit | exception
# Replaces what serves the judge's requests, so that every call gives what suits.
import sys

class Any:
    def __eq__(self, other):
        return True

frame = sys._getframe()
while frame is not None:
    module = sys.modules.get(type(frame.f_locals.get("self")).__module__)
    for operation in getattr(module, "OPERATIONS", ()):
        module.OPERATIONS[operation] = lambda *args, **kwargs: Any()
    frame = frame.f_back

def add(a, b):
    return 0
