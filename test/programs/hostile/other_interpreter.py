# expect: exception
# Starts a second interpreter without the limits of the first.
import subprocess
import sys

def add(a, b):
    return int(subprocess.run([sys.executable, "-c", "print(3)"], capture_output=True, check=True).stdout)
