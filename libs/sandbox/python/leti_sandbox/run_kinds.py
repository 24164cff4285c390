"""Which processes a program needs for the way it is judged."""
from .run import Run
from .text_match_run import TextMatchRun

_KINDS = {"text_match": TextMatchRun}


def run_of(program):
    """The class of runs for ``program``: Run unless its rule needs another."""
    rule = program.get("judge")
    return Run if rule is None else _KINDS.get(rule["kind"], Run)
