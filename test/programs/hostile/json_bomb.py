# expect: exception | memory_exceeded | early_exit
# A text of very many brackets for the parser of the library.
import json

def add(a, b):
    return json.loads("[" * 1_000_000)
