# expect: early_exit | failed_assertion | tampering
# The program ends and a child of it goes on serving.
import os

def add(a, b):
    if os.fork() != 0:
        os._exit(0)
    return 0
