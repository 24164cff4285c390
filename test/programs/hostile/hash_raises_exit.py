# expect: early_exit
# An object whose hash ends the program while its result travels.
class Any:
    def __hash__(self):
        raise SystemExit(0)

def add(a, b):
    return Any()
