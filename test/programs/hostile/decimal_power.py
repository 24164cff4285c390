# expect: cpu_timeout | memory_exceeded | exception
# Time inside C code: a power with millions of digits.
import decimal

def add(a, b):
    decimal.getcontext().prec = 20_000_000
    return decimal.Decimal(3) ** 40_000_000
