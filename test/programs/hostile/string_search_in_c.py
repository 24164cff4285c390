# expect: cpu_timeout
# Time inside C code: searches and replacements in long texts.
def add(a, b):
    text = "a" * 5_000_000
    while True:
        text.count("a" * 2_000 + "b")
        text.replace("a", "b").replace("b", "a")
