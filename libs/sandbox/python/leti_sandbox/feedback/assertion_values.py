"""What a failed assertion compared: tests are compiled so that the values on their way into an assertion are seen.

Nothing is evaluated twice, and only the judge's own data is looked at: an object of the solution is told by its class's name.
"""
import ast
import builtins

from .value_text import value_text

SEEN, PASSED = "__leti_seen__", "__leti_passed__"
_BUILT_IN = frozenset(dir(builtins))
_OPERATORS = {
    ast.Eq: "%s", ast.NotEq: "anything but %s", ast.Lt: "less than %s", ast.LtE: "at most %s", ast.Gt: "more than %s",
    ast.GtE: "at least %s", ast.Is: "%s", ast.IsNot: "anything but %s", ast.In: "one of %s", ast.NotIn: "none of %s",
}
_TURNED = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}
_TURNABLE = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot, *_TURNED)


class Site:
    """One comparison in an assertion: the lines of its assertion within set-up code and tests, and how its expected value is told."""

    __slots__ = ("first", "last", "form", "call")

    def __init__(self, node, before):
        self.first, self.last = before + node.lineno, before + node.end_lineno
        self.form = "%s"
        self.call = None


class SeenValues:
    """The values of the assertion that ran last. ``sites`` are those of the tests."""

    def __init__(self, sites):
        self._sites = sites
        self._site = None
        self._got = self._expected = None
        self._arguments = {}

    def names(self):
        """What compiled tests call, by name."""
        return {SEEN: self._see, PASSED: self._pass}

    def _see(self, number, role, value):
        self._enter(number)
        if role == "got":
            self._got = (value,)
        else:
            self._expected = (value,)
        return value

    def _pass(self, number, argument, value):
        self._enter(number)
        place, name = argument
        self._arguments[place] = name + value_text(value)
        return value

    def _enter(self, number):
        if self._site != number:
            self._site, self._arguments = number, {}
            self._got = self._expected = None

    def of(self, line):
        """(label, text) pairs for the assertion on ``line`` of set-up code and tests; None when it is not the one that ran last."""
        site = None if self._site is None else self._sites[self._site]
        if site is None or self._got is None or not site.first <= line <= site.last:
            return None
        pairs = [("Call", "%s(%s)" % (site.call, ", ".join(self._arguments.values())))] if self._arguments else []
        expected = site.form % value_text(self._expected[0]) if self._expected is not None else site.form
        return [*pairs, ("Expected", expected), ("Got", value_text(self._got[0]))]


class _Watched(ast.NodeTransformer):
    def __init__(self, sites, before):
        self._sites = sites
        self._before = before

    def visit_Assert(self, node):
        node.test = self._watch(node.test, node)
        return node

    def _watch(self, test, statement):
        if isinstance(test, ast.BoolOp):
            test.values = [self._watch(value, statement) for value in test.values]
            return test
        if isinstance(test, ast.Compare) and len(test.ops) > 1:
            return test
        number = len(self._sites)
        site = Site(statement, self._before)
        self._sites.append(site)
        if isinstance(test, ast.Compare):
            self._watch_comparison(test, site, number)
            return test
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            site.form = "something false"
            test.operand = self._got(test.operand, site, number)
            return test
        if _is_close(test):
            site.form = "close to %s"
            got, expected = (1, 0) if _calls(test.args[1]) and not _calls(test.args[0]) else (0, 1)
            test.args[got] = self._got(test.args[got], site, number)
            test.args[expected] = _seen(number, "expected", test.args[expected])
            return test
        site.form = "something true"
        return self._got(test, site, number)

    def _watch_comparison(self, test, site, number):
        left, operator, right = test.left, type(test.ops[0]), test.comparators[0]
        if _calls(right) and not _calls(left) and operator in _TURNABLE:
            site.form = _OPERATORS[_TURNED.get(operator, operator)]
            test.left = _seen(number, "expected", left)
            test.comparators[0] = self._got(right, site, number)
        else:
            site.form = _OPERATORS[operator]
            test.left = self._got(left, site, number)
            test.comparators[0] = _seen(number, "expected", right)

    @staticmethod
    def _got(node, site, number):
        """``node``, seen as the actual value; the arguments of the call in it are seen too, unless the text shows them as they are."""
        call = next(_calls_in(node), None)
        if call is not None and not all(map(_is_literal, [*call.args, *(keyword.value for keyword in call.keywords)])):
            site.call = call.func.id
            for place, argument in enumerate(call.args):
                if isinstance(argument, ast.Starred):
                    argument.value = _wrapped(PASSED, number, (place, "*"), argument.value)
                else:
                    call.args[place] = _wrapped(PASSED, number, (place, ""), argument)
            for place, keyword in enumerate(call.keywords, len(call.args)):
                name = "**" if keyword.arg is None else keyword.arg + "="
                keyword.value = _wrapped(PASSED, number, (place, name), keyword.value)
        return _seen(number, "got", node)


def _calls_in(node):
    """Calls in ``node`` of names that are not built in, the outer ones first."""
    return (part for part in ast.walk(node)
            if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id not in _BUILT_IN)


def _calls(node):
    return any(True for _ in _calls_in(node))


def _is_close(node):
    if not isinstance(node, ast.Call) or len(node.args) < 2 or any(isinstance(arg, ast.Starred) for arg in node.args[:2]):
        return False
    return getattr(node.func, "attr", getattr(node.func, "id", None)) == "isclose"


def _is_literal(node):
    try:
        ast.literal_eval(node)
    except Exception:
        return False
    return True


def _seen(number, role, value):
    return _wrapped(SEEN, number, role, value)


def _wrapped(function, number, what, value):
    call = ast.Call(ast.Name(function, ast.Load()), [ast.Constant(number), ast.Constant(what), value], [])
    return ast.fix_missing_locations(ast.copy_location(call, value))


def watched(text, sites, before):
    """The tree of a test's ``text``, after ``before`` lines, in which assertions show their values; ``sites`` grows by theirs."""
    return _Watched(sites, before).visit(ast.parse(text))
