# expect: cpu_timeout | memory_exceeded | failed_assertion | exception
# Texts that grow when normalised, folded or encoded.
import unicodedata

def add(a, b):
    text = "\ufdfa" * 500_000
    while True:
        text = unicodedata.normalize("NFKD", text)[:2_000_000].upper().casefold()
        unicodedata.normalize("NFC", "a" + "\u0300\u0327" * 100_000)
