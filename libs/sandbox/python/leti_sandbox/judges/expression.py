"""What judges of an expression's value share: the expression compiled once, and evaluated over the solution's names."""
import ast

from ..errors import RefusedError
from ..exceptions import PROGRAM_FILE
from ..feedback import SETUP
from ..judge import Judge, Program
from ..line_breaks import line_breaks
from ..template import moved
from ..test_names import needed_names, read_as_modules
from ..verdict import Verdict


class ExpressionTemplate:
    """Set-up code and expression of one problem. ``refused`` is set, and nothing else, when they do not compile.

    ``shown``: what stands for the judge in the program's text, as its one test; ``names`` and ``modules`` as those of AssertionTemplate.
    """

    def __init__(self, job):
        self.refused = None
        rule = job["judge"]
        setup, expression = job["setup"], rule["expression"]
        try:
            field = "%s.expression" % rule["kind"]
            self.setup = compiled("test_setup_code", setup, "exec") if setup else None
            self.expression = compiled(field, expression, "eval")
            self.lines_before = line_breaks(setup + "\n") if setup else 0
            self.shown = expression
            try:
                self.names = needed_names([setup, expression.strip()])
                self.modules = read_as_modules([setup, expression], self.names)
            except Exception as error:
                raise RefusedError(field, "must be a Python expression: %s" % error) from error
            self.complete(rule)
        except RefusedError as error:
            self.refused = error

    def complete(self, rule):
        """Takes what else a sub-class's rule has; raises RefusedError."""
        raise NotImplementedError


class ExpressionJudge(Judge):
    """Evaluates the expression of an ExpressionTemplate; a sub-class looks at its value."""

    def __init__(self, channel, job, template, on_test):
        shown = [] if template.refused is not None else [template.shown]
        program = Program(job["prompt"], job["solution"], job["setup"], shown)
        super().__init__(channel, program, template, job.get("feedback"), on_test)

    def decide(self):
        if self.template.refused is not None:
            raise self.template.refused
        failed = self.start_solution()
        if failed is not None:
            return failed
        lines = line_breaks(self.program.source)
        try:
            if self.template.setup is not None:
                self.running = SETUP
                exec(moved(self.template.setup, lines), self.namespace)
            self.running = 0
            self._on_test(0)
            value = eval(moved(self.template.expression, lines + self.template.lines_before), self.namespace)
        except Verdict:
            raise
        except BaseException as error:
            return self.failed(error)
        return self.look_at(value)

    def look_at(self, value):
        """The verdict on the expression's value."""
        raise NotImplementedError


def compiled(field, text, mode, file=PROGRAM_FILE):
    """Code of the caller's ``text``; RefusedError names its ``field`` and the compiler's reason."""
    try:
        return compile(text, file, mode, dont_inherit=True)
    except Exception as error:
        kind = "a Python expression" if mode == "eval" else "Python"
        raise RefusedError(field, "must be %s: %s" % (kind, reason_of(error))) from error


def reason_of(error):
    """What is wrong with a text of the caller's, in one line."""
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    line = " (line %d)" % error.lineno if isinstance(error, SyntaxError) and error.lineno else ""
    return (text or type(error).__name__)[:200] + line


def as_assertion(expression, expected):
    """The statement ``assert EXPRESSION == EXPECTED``, with parentheses where they are needed; EXPRESSION where neither can be told."""
    try:
        wanted = [ast.parse(text.strip(), mode="eval").body for text in (expression, expected)]
    except Exception:
        return expression
    for form in ("assert %s == %s", "assert (%s) == (%s)"):
        shown = form % (expression.strip(), expected.strip())
        try:
            test = ast.parse(shown).body[0].test
            if _same_trees([test.left, *test.comparators], wanted):
                return shown
        except Exception:
            pass
    return expression


def as_long_assertion(expression, expected):
    """The same for an ``expected`` that is the display of a list, a set or a dict, which is not parsed for it."""
    short = as_assertion(expression, "0")
    if not short.startswith("assert "):
        return expression
    before, _, after = short.rpartition("0")
    return before + expected.strip() + after


def _same_trees(first, second):
    """Whether two lists of syntax trees are the same but for places; without recursion and texts, for they may be deep and large."""
    pairs = [(first, second)]
    while pairs:
        one, other = pairs.pop()
        if type(one) is not type(other):
            return False
        if isinstance(one, ast.AST):
            pairs.extend((getattr(one, name, None), getattr(other, name, None)) for name in one._fields)
        elif isinstance(one, list):
            if len(one) != len(other):
                return False
            pairs.extend(zip(one, other))
        elif one != other:
            return False
    return True
