"""Fork server: for each job forks one child from a warm interpreter, says when it ended and whether anything is left of it.

Runs inside the sandbox. The control socket is descriptor 0. Role ``candidate`` never receives a test.
"""
import gc
import os
import random
import resource
import select
import signal
import socket
import sys
import time
import traceback
from _signal import signal as set_handler  # without the enums of ``signal.signal``, which cost more than the call

from . import landlock, libc, seccomp
from .candidate import run_candidate
from .channel import Channel
from .errors import PeerGoneError, RefusedError
from .frames import TEST_NOTE, ClosedError, encode_frame, receive_frame, receive_rest, receive_start, send_frame, write_all
from .judges import stdio
from .judges.kinds import kind_of
from .main_program import run_main
from .preload import preload
from .template import Templates
from .warm_up import warm_up


class Zygote:
    """One role's fork server. ``settings``: role, ruleset paths, whether to confine, whether it shares the supervisor's fate."""

    def __init__(self, settings, hooks):
        self.one_fate = settings["oneFate"]
        self.hooks = hooks
        self.role = settings["role"]
        self.control = socket.socket(fileno=0)
        self.null = os.open("/dev/null", os.O_RDWR)
        libc.prctl(libc.PR_SET_CHILD_SUBREAPER, 1)
        # Behind sandlock the first of some system calls of a process, setsid and exit_group among them, has it looked up in /proc,
        # for longer than its fork takes. There children stay in this session and are killed, not left to exit.
        self.lean = settings["confine"] and not self.one_fate
        try:
            if self.lean:
                os.setsid()
        except PermissionError:
            pass  # it leads a session already
        try:
            libc.prctl(libc.PR_SET_DUMPABLE, 0)
        except PermissionError:
            pass  # the outer wall has done it and allows no change
        if settings["hideProc"]:
            libc.unshare(libc.CLONE_NEWNS)
            libc.mount("none", "/proc", "tmpfs", libc.MS_RDONLY | libc.MS_NOSUID | libc.MS_NODEV | libc.MS_NOEXEC, "size=4096,mode=0555")
        self.templates = None
        if self.role == "judge":
            self.templates = Templates()
        self.ruleset = None
        if settings["confine"]:
            libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
            if landlock.landlock_abi():
                self.ruleset = landlock.make_ruleset(settings["readable"], [*settings["writable"], "/dev/null"])
            seccomp.install(seccomp.make_filter(own_signals_only=not landlock.scopes_signals() and os.getuid() != 0))

    def serve(self):
        """Answers jobs until the supervisor is gone."""
        send_frame(self.control, {"ready": os.getpid(), "python": sys.version.split()[0]})
        while True:
            if self.one_fate:
                child = self._fork_and_sleep()
            else:
                child = self._fork()
                self._watch(child)
            self._report(*os.wait4(child, 0)[1:])

    def _take_job(self):
        job, descriptors = receive_frame(self.control, 4)
        return job, descriptors, None if self.templates is None else self.templates.get(job, kind_of(job).make_template)

    def _fork(self):
        """Returns when the child runs. A candidate reads its job itself, or the next ones would find its text in memory that this freed."""
        if self.templates is not None:
            job, descriptors, template = self._take_job()
        else:
            template = None
            start, descriptors = receive_start(self.control, 4)
        child = libc.fork()
        if child == 0:
            if self.templates is None:
                job = receive_rest(self.control, start)
            send_frame(self.control, {"pid": os.getpid(), "reaped": True})  # at once when it ends
            self._run_child(job, descriptors, template)
        for descriptor in descriptors:
            os.close(descriptor)
        return child

    def _fork_and_sleep(self):
        """Returns when the child has ended. A candidate takes its job itself: what it closes is then held open by nobody."""
        if self.templates is not None:
            taken = self._take_job()
        elif not self.control.recv(1, socket.MSG_PEEK):
            raise ClosedError
        child = libc.fork_and_sleep()
        if child == 0:
            if self.templates is None:
                taken = self._take_job()
            send_frame(self.control, {"pid": os.getpid()})
            self._run_child(*taken)
        if self.templates is not None:
            for descriptor in taken[1]:
                os.close(descriptor)
        return child

    def _watch(self, child):
        """Returns when the child has ended; kills it when the supervisor goes away."""
        pidfd = os.pidfd_open(child)
        try:
            if not self._ended(pidfd):
                os.kill(child, 9)
                os.waitpid(child, 0)
                raise ClosedError
        finally:
            os.close(pidfd)

    def _report(self, status, usage):
        """Reports the child's end, then that nothing of it is left."""
        clean = _reap() is None
        send_frame(self.control, {"status": status, "cpu": usage.ru_utime + usage.ru_stime, "peak": usage.ru_maxrss * 1024,
                                  "clean": clean})
        while not clean:
            time.sleep(0.002)
            clean = _reap() is None
            if clean:
                send_frame(self.control, {"clean": True})

    def _ended(self, pidfd):
        poll = select.poll()
        poll.register(pidfd, select.POLLIN)
        poll.register(self.control, select.POLLHUP | select.POLLRDHUP)
        while True:
            ready = dict(poll.poll())
            if pidfd in ready:
                return True
            if ready:
                return False

    def _run_child(self, job, descriptors, template):
        """Never returns."""
        control = os.dup2(0, 103)
        try:
            try:
                channel = self._enter(job, descriptors)
            except BaseException:
                # Nothing of the program has run yet: the fork server is not fit for it.
                write_all(control, encode_frame({"unfit": traceback.format_exc()}))
                os._exit(1)
            os.close(control)
            if self.role == "candidate":
                for hook in self.hooks:
                    os.register_at_fork(**hook)
                if job.get("main"):
                    run_main(job["source"], channel.fd)
                run_candidate(channel, job["source"])
            else:
                _run_judge(channel, job, template)
                if self.lean:
                    signal.pause()
        except (PeerGoneError, KeyboardInterrupt):
            pass
        finally:
            os._exit(0)

    def _enter(self, job, descriptors):
        """Sets up the child: descriptors 0-2 and 3 (the channel), limits, user, domain. Returns the channel.

        ``descriptors``: channel and output; for a main program also stdin, and a stderr apart from the output. A judge has the
        report for output, which becomes descriptor 4, and besides it 5, where it notes the test that it is at.
        """
        channel, output, *own = descriptors
        # First out of the way of the low numbers, for what is taken in may itself be there.
        ruleset = None if self.ruleset is None else os.dup2(self.ruleset, 102)
        os.dup2(channel, 100)
        os.dup2(output, 101)
        own = [os.dup2(each, 104 + place) for place, each in enumerate(own)]
        if self.role == "candidate":
            stdin, stderr = own or (self.null, 101)
            os.dup2(stdin, 0)
            os.dup2(101, 1)
            os.dup2(stderr, 2)
        else:
            os.dup2(self.null, 0)
            os.dup2(self.null, 1)
            os.dup2(101, 4)
            os.dup2(own[0], 5)
        os.dup2(100, 3)
        os.closerange(6 if self.role == "judge" else 4, 102)
        os.closerange(104, 106)
        try:
            if not self.lean:
                os.setsid()
        except PermissionError:
            pass
        # The supervisor ignores them, which a child would inherit.
        for number, handler in _HANDLERS:
            set_handler(number, handler)
        os.chdir(job["directory"])
        limits = job["limits"]
        _limit(resource.RLIMIT_CORE, 0)
        _limit(resource.RLIMIT_CPU, limits["cpuSeconds"])
        _limit(resource.RLIMIT_AS, limits["addressBytes"])
        _limit(resource.RLIMIT_FSIZE, limits["fileBytes"])
        _limit(resource.RLIMIT_NOFILE, 128)
        if job["uid"] is not None:
            os.setgroups([])
            os.setresgid(job["uid"], job["uid"], job["uid"])
            os.setresuid(job["uid"], job["uid"], job["uid"])
        else:
            libc.drop_capabilities()
        # After the change of user, to whom the count belongs.
        if limits["processes"] is not None:
            _limit(resource.RLIMIT_NPROC, limits["processes"])
        libc.prctl(libc.PR_SET_PDEATHSIG, 9)
        if ruleset is not None:
            # Without a user of its own nothing but this keeps the program from the fork server.
            if job["uid"] is None:
                landlock.enter(ruleset)
            os.close(ruleset)
        return Channel(3)


_HANDLERS = [(int(signal.SIGINT), signal.default_int_handler), (int(signal.SIGTERM), 0), (int(signal.SIGHUP), 0)]


def _limit(kind, value):
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(kind, (value, value))


def _reap():
    """Reaps what has ended; None when no process is left below this one."""
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return None
        if pid == 0:
            return False


def _run_judge(channel, job, template):
    def report(message):
        write_all(4, encode_frame(message))

    def ask_for_run(index):
        report({"test": index})

    def note_test(index, in_verifier=False):
        # Not reported, for a message wakes the supervisor, who needs to know only when the program is killed.
        os.pwrite(5, TEST_NOTE.pack(index + 1, in_verifier), 0)

    kind = kind_of(job)
    try:
        verdict = kind.make_judge(channel, job, template(), ask_for_run if kind is stdio else note_test).judge()
        answer = {"verdict": verdict.as_json()}
    except RefusedError as error:
        answer = {"refused": error.as_json()}
    except MemoryError:
        answer = {"verdict": {"outcome": "memory_exceeded", "feedback": "memory limit exceeded", "exceptionType": "MemoryError",
                              "failedTestIndex": None}}
    except BaseException:
        answer = {"fault": traceback.format_exc()}
    report(answer)


def run_zygote(settings):
    """Becomes the fork server of ``settings['role']``; returns when the supervisor closes the control socket."""
    hooks = preload(settings["role"])
    warm_up()
    # The same draws in every program, on every machine.
    random.seed(0)
    try:
        zygote = Zygote(settings, hooks)
        gc.collect()
        gc.freeze()
        zygote.serve()
    except ClosedError:
        pass
