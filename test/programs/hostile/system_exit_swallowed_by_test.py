# expect: early_exit
# SystemExit where the test swallows everything.
def add(a, b):
    raise SystemExit(0)
# tests:
try:
    add(1, 2)
except:
    pass
