"""The trusted process of one slot: owns both fork servers, judges one program at a time, talks to its owner in frames.

Frames in: ``{"id", "program", "again", "roundSeconds"}``, in gVisor with ``"used": CPU seconds of the sandbox``;
``{"cancel": id}``. Frames out: ``{"ready": info}`` or ``{"unable": reason}`` once, then ``{"id", "evaluation", "overcounted"}``,
``{"id", "ambiguous": reason}``, ``{"id", "cancelled"}`` or ``{"id", "refused": {"field", "description", "failed"}}``, each with
``"violation"`` as Run has it; or ``{"id", "lost": reason}``, after which it ends. While a program runs,
``{"alive": id}`` comes every second, and ``{"ask": number}`` is answered by ``{"asked": number, "used": CPU seconds of the sandbox}``.
"""
import os
import select
import signal
import time

from . import libc, process_tree, wall
from .child import LostError
from .errors import RefusedError
from .frames import ClosedError, FrameBuffer, encode_frame, write_all
from .outside import Outside
from .refused_forks import event_files
from .run import Run
from .run_kinds import run_of
from .uids import pick_uids
from .watch import cpu_fence_seconds
from .workplace import Workplace

FILE_BYTES = 64 << 20
"""Largest file, and all files together, that a program may write."""
_JUDGE_EXTRA_BYTES = 256 << 20
_ALIVE_SECONDS = 1


class Zygote:
    """A running fork server as its supervisor sees it."""

    def __init__(self, role, started):
        self.role = role
        self.control, ready, self._keep = started
        self.pid = ready["ready"]
        self.python = ready["python"]
        with open("/proc/%d/statm" % self.pid) as file:
            words = file.read().split()
        self.address_bytes = int(words[0]) * os.sysconf("SC_PAGE_SIZE")
        self.resident = int(words[1]) * os.sysconf("SC_PAGE_SIZE")


class Slot:
    """Both fork servers and the folders of one slot."""

    def __init__(self, settings):
        self.runtime = settings["runtime"]
        # CPU seconds of a round of work on this machine when nothing disturbs it; 0 when limits are fixed.
        self.round_seconds = 0
        self.outside = Outside(lambda number: send({"ask": number})) if self.runtime == "gvisor" else None
        walls = wall.WALLS[self.runtime]
        sandlock = wall.load_sandlock(settings["sandlockFolder"]) if walls.sandlock else None
        # What a dead fork server leaves behind comes here, to be killed with the rest.
        libc.prctl(libc.PR_SET_CHILD_SUBREAPER, 1)
        self.fork_events = event_files()
        self.workplace = Workplace(FILE_BYTES, isolate=walls.own_namespaces, given=settings.get("scratch"))
        uids = pick_uids()
        python = self.workplace.python(for_other_users=uids is not None)
        if python is None:
            uids, python = None, self.workplace.python(for_other_users=False)
        self.workplace.write_protect()
        self.judge_uid, self._uids = uids if uids is not None else (None, None)
        self._used_uids = 0
        self.test_note = os.memfd_create("test")
        self.caveats = self._caveats(sandlock) + settings.get("caveats", [])
        executable, prefix = python
        package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

        def start(role, writable):
            started = wall.start_zygote(role, executable, walls, [prefix], writable, sandlock, [package], settings.get("token", ""))
            return Zygote(role, started)

        self.candidate = start("candidate", [self.workplace.scratch])
        self.judge = start("judge", [])
        # In a plain user's namespace the program is counted with this process, what runs below it, and the judge's child.
        self._own_tasks = 1 + sum(
            use.tasks for use in process_tree.usage([os.getpid(), *process_tree.descendants(os.getpid())]).values())
        self.version = settings.get("runtimeVersion") or _version(sandlock)

    def _caveats(self, sandlock):
        found = list(self.workplace.caveats)
        if self.runtime == "gvisor":
            return [*found, "Programs share gVisor's own kernel, not the host's: a flaw in it reaches the host's as the user of runsc."]
        if sandlock is None:
            return [*found, "Programs are not isolated: they can read files, use the network and signal processes of this user."]
        found.append("Programs share the host's kernel: an exploitable kernel bug is not contained.")
        if not self._counts_processes():
            found.append("The kernel does not count a program's processes by themselves: the process limit is approximate.")
        return found + wall.degraded_protections(sandlock)

    def next_uid(self):
        if self._uids is None:
            return None
        self._used_uids += 1
        return self._uids[self._used_uids % len(self._uids)]

    def _counts_processes(self):
        """Whether the kernel's count of processes is a program's own: by its user id, or by a plain user's own namespace."""
        return self._uids is not None or (self.workplace.private and os.getuid() != 0)

    def _process_limit(self, processes):
        # A count that other processes of the user share says nothing about the program.
        if not self._counts_processes():
            return None
        return processes + (0 if self._uids is not None else self._own_tasks)

    def child_limits(self, zygote, limits):
        extra = _JUDGE_EXTRA_BYTES if zygote.role == "judge" else 0
        return {
            "cpuSeconds": cpu_fence_seconds(limits, overcounts=self.outside is not None),
            "addressBytes": zygote.address_bytes + limits["memoryBytes"] + extra,
            "fileBytes": FILE_BYTES,
            "processes": self._process_limit(limits["processes"]),
        }

    def close(self):
        while True:
            below = process_tree.descendants(os.getpid())
            if not below:
                break
            process_tree.kill_all(below)
            try:
                os.waitpid(-1, 0)
            except ChildProcessError:
                break
        self.workplace.close()


def _version(sandlock):
    if sandlock is None:
        return ""
    from importlib.metadata import version

    try:
        return version("sandlock")
    except Exception:
        return getattr(sandlock, "__version__", "")


class Supervisor:
    """Serves frames on descriptors 0 and 1 until descriptor 0 is closed."""

    def __init__(self, settings):
        self.slot = Slot(settings)
        self._incoming = FrameBuffer()
        self._waiting = []
        self._current = None
        self._cancelled = False
        self._spoke = 0.0

    def info(self):
        return {"runtime": self.slot.runtime, "runtimeVersion": self.slot.version, "pythonVersion": self.slot.candidate.python,
                "caveats": self.slot.caveats}

    def serve(self):
        send({"ready": self.info()})
        while True:
            while not self._waiting:
                self._read()
            request = self._waiting.pop(0)
            self._current, self._cancelled = request["id"], False
            self._spoke = time.monotonic()
            self.slot.round_seconds = request["roundSeconds"]
            if "used" in request:
                self.slot.outside.told(request["used"])
            try:
                run = run_of(request["program"])(
                    self.slot, request["program"], 0, self._check_cancelled, self._alive, request["again"])
                end = run.judge()
            except RefusedError as error:
                send({"id": request["id"], "refused": error.as_json(), "violation": run.violation})
                continue
            except (LostError, ClosedError, OSError) as error:
                send({"id": request["id"], "lost": "%s: %s" % (type(error).__name__, error)})
                return
            if end is None:
                answer = {"cancelled": True}
            elif "ambiguous" in end:
                answer = {"ambiguous": end["ambiguous"]}
            else:
                answer = {"evaluation": end, "overcounted": run.overcounted}
            send({"id": request["id"], **answer, "violation": run.violation})

    def _alive(self):
        now = time.monotonic()
        if now > self._spoke + _ALIVE_SECONDS:
            self._spoke = now
            send({"alive": self._current})

    def _check_cancelled(self):
        self._read()
        return self._cancelled

    def _read(self):
        """Takes in what the owner sent; ends with ClosedError when it is gone."""
        select.select([0], [], [])
        data = os.read(0, 1 << 16)
        if not data:
            raise ClosedError
        self._incoming.feed(data)
        while True:
            message = self._incoming.pop()
            if message is None:
                return
            if "asked" in message:
                self.slot.outside.heard(message["asked"], message["used"])
            elif "cancel" not in message:
                self._waiting.append(message)
            elif message["cancel"] == self._current:
                self._cancelled = True


def send(message):
    try:
        write_all(1, encode_frame(message))
    except BrokenPipeError:
        raise ClosedError from None


_SAMPLE = {
    "prompt": "", "solution": "def two():\n    return 2\n", "testSetupCode": "", "tests": ["assert two() == 2"],
    "limits": {"cpuTimeMs": 10_000, "wallTimeMs": 30_000, "memoryBytes": 256 << 20, "outputBytes": 1 << 10, "processes": 8},
}


def _start(settings):
    """A supervisor whose sandbox has judged a sample; NoIsolationError says why there is none."""
    try:
        supervisor = Supervisor(settings)
    except ClosedError:
        raise wall.NoIsolationError("a fork server ended while it started; its last words are above") from None
    except (OSError, RuntimeError) as error:
        raise wall.NoIsolationError("the sandbox does not start: %s: %s" % (type(error).__name__, error)) from error
    try:
        evaluation = Run(supervisor.slot, _SAMPLE, 0, lambda: False).judge()
        if evaluation.get("outcome") == "passed":
            return supervisor
        reason = "a correct program ended as %s" % (evaluation.get("outcome") or evaluation["ambiguous"])
    except (LostError, ClosedError) as error:
        reason = str(error) or "a fork server ended"
    supervisor.slot.close()
    raise wall.NoIsolationError("the sandbox does not work: " + reason)


def run_supervisor(settings):
    """Runs the supervisor that ``settings`` describe until its owner closes the pipe."""
    # A Ctrl-C reaches the whole process group, but the owner decides when to end: it closes the pipe.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    try:
        supervisor = _start(settings)
    except wall.NoIsolationError as error:
        send({"unable": str(error)})
        return
    try:
        supervisor.serve()
    except ClosedError:
        pass
    finally:
        supervisor.slot.close()
