# expect: exception
# Starts a program of the system.
import subprocess

def add(a, b):
    subprocess.run(["/bin/sh", "-c", "id"], check=True)
    return 3
