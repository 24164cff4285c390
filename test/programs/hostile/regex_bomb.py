# expect: cpu_timeout
# Time inside C code that checks no signals.
import re

def add(a, b):
    return re.match(r"(a+)+$", "a" * 60 + "b")
