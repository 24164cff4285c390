# expect: exception
# Reads a file of the system.
def secret():
    return open("/etc/passwd").read()
# tests:
assert secret()
