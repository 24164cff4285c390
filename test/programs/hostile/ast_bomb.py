# expect: syntax_error | exception | early_exit | memory_exceeded | cpu_timeout | tampering
# Builds source text that parser and compiler take for ever to take in.
def add(a, b):
    for text in ("-" * 200_000 + "1", "(" * 10_000 + ")" * 10_000, "x = " + "[" * 5_000 + "]" * 5_000, "1" + "+1" * 1_000_000):
        try:
            compile(text, "x", "exec")
        except (SyntaxError, RecursionError, MemoryError, ValueError):
            pass
    raise ValueError
