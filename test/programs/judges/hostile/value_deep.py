# expect: failed_assertion | exception
# judge: {"kind": "returned_value", "expression": "solution()", "expected": "[[1]]"}
def solution():
    found = []
    for _ in range(100_000):
        found = [found]
    return found
