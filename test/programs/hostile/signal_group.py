# expect: failed_assertion | exception | early_exit
# Kills its process group.
import os
import signal

def add(a, b):
    os.killpg(os.getpgrp(), signal.SIGKILL)
    return 0
