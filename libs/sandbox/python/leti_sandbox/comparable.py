"""What becomes of a value that the judge cannot look at: the program gave it, so that is the program's outcome."""

_MACHINERY = (MemoryError, OSError, AssertionError)
"""What comes of memory, of our pipes or of our own state, whatever the value is."""


def looked_at(look, otherwise, raised_by_candidate=lambda error: False):
    """``look()``; or ``otherwise()`` where that raises an Exception which is the value's doing and no fault of the machinery.

    A Verdict, which is no Exception, passes through. ``raised_by_candidate(error)`` says that even an OSError is the candidate's.
    """
    try:
        return look()
    except _MACHINERY as error:
        if not raised_by_candidate(error):
            raise
    except Exception:
        pass
    return otherwise()
