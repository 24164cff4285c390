# expect: cpu_timeout
# Never ends, before any test.
while True:
    pass
