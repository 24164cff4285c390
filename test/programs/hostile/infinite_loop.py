# expect: cpu_timeout
# Never ends.
def add(a, b):
    while True:
        pass
