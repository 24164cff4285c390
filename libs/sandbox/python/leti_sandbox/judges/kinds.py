"""The kinds of judges by the name that a program's rule has; a program without a rule is judged by its tests."""
from . import assertions, returned_value, stdio, text_match, verifier

KINDS = {
    None: assertions, "returned_value": returned_value, "stdio": stdio, "verifier": verifier, "text_match": text_match,
}
"""Kind to module; each has ``make_template(job)``, None where nothing is kept of a problem, and
``make_judge(channel, job, template, on_test)``, which gives an object whose ``judge()`` returns a Verdict or raises RefusedError."""


def kind_of(job):
    """The module of the judge that ``job`` asks for."""
    rule = job.get("judge")
    return KINDS[None if rule is None else rule["kind"]]
