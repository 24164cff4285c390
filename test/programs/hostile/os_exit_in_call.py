# expect: early_exit
# Ends the process without clean-up, inside a call.
import os

def add(a, b):
    os._exit(0)
