# expect: early_exit | exception | failed_assertion
# An exception whose text ends the process when somebody wants to show it.
import os

class Sly(Exception):
    def __str__(self):
        os._exit(0)

    __repr__ = __str__

def add(a, b):
    raise Sly
