"""Which processes a program needs for the way it is judged."""
from .run import Run
from .stdio_run import StdioRun
from .text_match_run import TextMatchRun

_KINDS = {"stdio": StdioRun, "text_match": TextMatchRun}


def run_of(program):
    """The class of runs for ``program``: Run unless its rule needs another."""
    rule = program.get("judge")
    return Run if rule is None else _KINDS.get(rule["kind"], Run)
