# expect: syntax_error
# An open string that would swallow the tests.
def add(a, b):
    return 0

x = """
