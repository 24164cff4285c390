"""The kinds of judges by the name that a program's rule has; a program without a rule is judged by its tests."""
from . import assertions

KINDS = {None: assertions}
"""Kind to module; each has ``make_template(job)`` and ``make_judge(channel, job, template, on_test)``."""


def kind_of(job):
    """The module of the judge that ``job`` asks for."""
    rule = job.get("judge")
    return KINDS[None if rule is None else rule["kind"]]
