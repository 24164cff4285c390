# expect: cpu_timeout | memory_exceeded
# Patterns that take for ever to compile.
import re

def add(a, b):
    for number in range(1000):
        re.compile("(?i:[%s-\U0010ffff])" % chr(128 + number))
    return 3
