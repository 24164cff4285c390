# expect: exception
# Changes its user.
import os

def add(a, b):
    os.setuid(0)
    raise ValueError("became root" if os.getuid() == 0 and os.access("/root", os.R_OK) else "nothing gained")
