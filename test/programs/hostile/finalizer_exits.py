# expect: early_exit
# A destructor that ends the process with success.
import os

class Last:
    def __del__(self):
        os._exit(0)

def add(a, b):
    Last()
    return 0
