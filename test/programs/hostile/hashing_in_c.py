# expect: cpu_timeout
# Time inside C code that releases the interpreter: a key derivation with very many rounds.
import hashlib

def add(a, b):
    return hashlib.pbkdf2_hmac("sha512", b"x", b"y", 2_000_000_000)
