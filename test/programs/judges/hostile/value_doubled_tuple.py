# expect: failed_assertion | memory_exceeded | cpu_timeout
# judge: {"kind": "returned_value", "expression": "solution()", "expected": "((1,), (1,))"}
def solution():
    found = (1,)
    for _ in range(100):
        found = (found, found)
    return found
