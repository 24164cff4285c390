# expect: memory_exceeded | cpu_timeout
# A small pickle that becomes very many objects.
import operator
import pickle

class Many:
    def __init__(self, inner):
        self.inner = inner

    def __reduce__(self):
        return operator.mul, (self.inner, 1000)

def add(a, b):
    return len(pickle.loads(pickle.dumps(Many([Many([Many([0])])])))) + len(pickle.loads(pickle.dumps(Many([0] * 1_000_000))))
