# A result nested nearly as deeply as comparisons go.
def nested(depth):
    found = []
    for _ in range(depth):
        found = [found]
    return found

def depth(items):
    found = 0
    while items:
        items, found = items[0], found + 1
    return found
# tests:
own = []
for _ in range(800):
    own = [own]
assert depth(own) == 800 and nested(800) == own
