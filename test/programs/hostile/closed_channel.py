# expect: tampering
# Closes every descriptor and stays.
import os
import time

def add(a, b):
    os.closerange(3, 256)
    time.sleep(30)
