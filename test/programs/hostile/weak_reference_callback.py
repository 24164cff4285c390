# expect: early_exit | failed_assertion
# A weak reference's callback that ends the process when an object of the call goes away.
import os
import weakref

class Thing:
    pass

def add(a, b):
    thing = Thing()
    add.kept = weakref.ref(thing, lambda reference: os._exit(0))
    return 0
