# A list that holds itself; two lists that hold each other.
def loop():
    items = [1]
    items.append(items)
    return items

def is_loop(items):
    return items[1] is items
# tests:
items = loop()
assert items[1] is items and items[0] == 1 and is_loop(items)
own = [0]
own.append(own)
assert is_loop(own)
