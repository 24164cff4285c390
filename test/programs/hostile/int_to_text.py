# expect: cpu_timeout | exception
# Time inside C code: the digits of a huge number.
import sys

def add(a, b):
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)
    return len(str(7 ** 5_000_000))
