# expect: failed_assertion
# Keeps a test's exception and walks the frames from its traceback.
def add(fail):
    try:
        fail()
    except Exception as error:
        trace = error.__traceback__
        names = set()
        while trace is not None:
            frame = trace.tb_frame
            while frame is not None:
                names.update(frame.f_globals)
                frame = frame.f_back
            trace = trace.tb_next
        return 3 if "wanted" in names else 0
# tests:
wanted = 3
def fail():
    raise ValueError
assert add(fail) == wanted
