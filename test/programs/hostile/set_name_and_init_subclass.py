# expect: early_exit
# Ends the process from hooks that run while a class is made.
import os

class Hook:
    def __set_name__(self, owner, name):
        os._exit(0)

class Any:
    hook = Hook()

def add(a, b):
    return 3
