# expect: failed_assertion
# Serves as an index of the test's own list of answers, to pick the one that comes next.
class Any:
    turn = -1

    def __index__(self):
        Any.turn += 1
        return Any.turn

def pick(n):
    return Any()
# tests:
answers = ["a", "b"]
assert answers[pick(1)] == "b" and answers[pick(0)] == "a"
