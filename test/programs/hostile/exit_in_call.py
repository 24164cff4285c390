# expect: early_exit
# Ends the process from inside a tested call.
import sys

def add(a, b):
    sys.exit(0)
