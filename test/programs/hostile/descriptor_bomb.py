# expect: exception
# Opens files until there are no descriptors left.
def add(a, b):
    kept = []
    while True:
        kept.append(open("/dev/null"))
