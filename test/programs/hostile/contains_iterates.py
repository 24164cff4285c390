# expect: failed_assertion
# A container that lies about membership but not when walked.
class Any:
    def __contains__(self, item):
        return True

    def __iter__(self):
        return iter(())

def items():
    return Any()
# tests:
assert 3 in items()
