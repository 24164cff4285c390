# expect: wall_timeout | early_exit
# A thread ends the process while a test waits.
import os
import threading
import time

threading.Timer(0.05, os._exit, [0]).start()

def add(a, b):
    time.sleep(10)
