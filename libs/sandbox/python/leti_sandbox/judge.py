"""What all judges of a running program share: the names of the solution that they read, and how an end becomes a verdict."""
import importlib
import sys
from functools import cached_property

from .comparable import looked_at
from .exceptions import final_lines, program_frames
from .feedback import SETUP, make_feedback
from .judge_peer import InvalidSolutionError, JudgePeer
from .test_names import imported_modules
from .verdict import Verdict
from .wire import FRAMES_PER_LEVEL, MAX_DEPTH

_THREAD_LIMIT = "can't start new thread"
_TRY_AGAIN = 11


class Program:
    """One program: the candidate's part, and the one text that it makes with the tests, whose lines all feedback counts."""

    def __init__(self, prompt, solution, setup, tests, cases=0):
        """``cases``: the number of test cases that are not in the text."""
        self.prompt = prompt
        self.solution = solution
        self.setup = setup
        self.tests = tests
        self.cases = cases
        self.source = prompt + solution + "\n"


class Judge:
    """Judges the candidate at the other end of ``channel`` by ``template``, which has ``names`` and ``modules``; sub-classes decide.

    ``feedback``: what of the program its feedback may tell, as ``make_feedback`` takes it. ``on_test(index)`` is called before each
    test, for whoever has to say where a killed program was, and with ``in_verifier`` before a verifier.
    """

    def __init__(self, channel, program, template, feedback=None, on_test=lambda index, in_verifier=False: None):
        Verdict.last = None
        self._on_test = on_test
        self.program = program
        self.template = template
        self._feedback = feedback
        self.namespace = {}
        self.peer = JudgePeer(channel, self._frames, self.namespace.__setitem__)
        self.running = None
        """None while the solution starts, SETUP in set-up code, then the test's index."""

    @cached_property
    def feedback(self):
        """Writes the program's feedback; made when there is some to write."""
        return make_feedback(self.program, self._feedback)

    def judge(self):
        """Returns the Verdict. Raises RefusedError, and whatever is a fault of the machinery and not of the program."""
        sys.setrecursionlimit(2_000 + FRAMES_PER_LEVEL * MAX_DEPTH)
        try:
            verdict = self.decide()
        except Verdict as ended:
            verdict = ended
        except MemoryError:
            verdict = Verdict("memory_exceeded", "memory limit exceeded")
        # A test that swallowed the end of its program has decided nothing.
        verdict = Verdict.last or verdict
        if verdict.error is not None:
            # Never raised here itself: the end that it caused passed through the tests.
            error = BaseException.with_traceback(verdict.error, verdict.error.__traceback__ or verdict.__traceback__)
            verdict = self._explained(error)
        verdict.test_index = None if self.running == SETUP else self.running
        return verdict

    def _explained(self, error):
        """The verdict for an error that ended the program; its text may be the candidate's to give, which may fail again."""
        try:
            return self.failed(error)
        except (Verdict, Exception):
            return _unexplained(error)

    def decide(self):
        """Runs the program as far as need be; returns the Verdict."""
        raise NotImplementedError

    def start_solution(self):
        """Runs the solution and binds what the template reads of it; returns the Verdict when it failed, otherwise None."""
        try:
            self._bind()
        except InvalidSolutionError as error:
            return self.invalid(error.trace)
        except Exception as error:
            return self.failed(error)
        return None

    def _bind(self):
        """Starts the solution and gives the tests the names of it that they read."""
        modules = self._modules()
        names = tuple(name for name in self.template.names if name not in modules)
        for name, value in self._start(names, tuple(modules)):
            if name not in modules:
                self.namespace[name] = value
                continue
            module, attribute = modules[name]
            value = importlib.import_module(module)
            if attribute is None:
                self.namespace[name] = value
            elif hasattr(value, attribute):
                self.namespace[name] = getattr(value, attribute)

    def _modules(self):
        """The names that the tests get from the judge's own modules, if the solution has them: name to (module, attribute or None).

        What the tests use as a standard module is never the solution's, for they would hand it the expected values.
        """
        try:
            found = imported_modules(self.program.source, self.template.names)
        except Exception:
            found = {}
        return {**{name: (name, None) for name in self.template.modules}, **found}

    def _start(self, names, present):
        pairs = self.peer.start(names, present)
        if type(pairs) is not tuple:
            raise Verdict("tampering", "protocol violation")
        for pair in pairs:
            if type(pair) is not tuple or len(pair) != 2 or type(pair[0]) is not str or pair[0] not in names + present:
                raise Verdict("tampering", "protocol violation")
        return pairs

    def _frames(self, error):
        """Frames of ``error`` in the program's text, first those of the tests, then those of the candidate."""
        frames = program_frames(error.__traceback__)
        trace = self.peer.trace_of(error)
        return frames if trace is None else frames + trace.frames

    def failed(self, error, values=None):
        """The verdict on a program that ``error`` ended; ``values``: (label, text) pairs of what a failed assertion compared."""
        return looked_at(lambda: self._failed(error, values), lambda: _unexplained(error), self.peer.is_candidate_error)

    def _failed(self, error, values):
        trace = self.peer.trace_of(error)
        kind = type(error)
        name = kind.__name__ if trace is None else trace.name
        final = final_lines(kind, error) if trace is None else trace.final
        feedback = self.feedback.raised(self._frames(error), final, name, self.running, values)
        if isinstance(error, AssertionError):
            outcome = "failed_assertion"
        elif isinstance(error, MemoryError):
            outcome = "memory_exceeded"
        elif trace is not None and _is_process_limit(error):
            outcome = "process_limit"
        else:
            outcome = "exception"
        return Verdict(outcome, feedback, name)

    def invalid(self, trace):
        """The verdict on text that does not compile, as a whole or else the solution alone, whose exception ``trace`` has."""
        return Verdict("syntax_error", *self.feedback.invalid(trace))


def _unexplained(error):
    return Verdict("failed_assertion" if isinstance(error, AssertionError) else "exception", "", type(error).__name__)


def _is_process_limit(error):
    first = error.args[0] if error.args else None
    # Exact types, for what else is there may be compared by the candidate.
    if isinstance(error, BlockingIOError):
        return type(first) is int and first == _TRY_AGAIN
    return isinstance(error, RuntimeError) and type(first) is str and first == _THREAD_LIMIT
