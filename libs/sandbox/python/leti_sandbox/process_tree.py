"""What runs below a process, and what it uses, as the kernel tells it."""
import os
import signal

_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")


def descendants(pid):
    """Ids of all processes below ``pid``."""
    try:
        with open("/proc/%d/task/%d/children" % (pid, pid)) as file:
            children = [int(word) for word in file.read().split()]
    except FileNotFoundError:
        return _by_parents(pid)
    except (ProcessLookupError, PermissionError):
        return []
    return _with_theirs(children)


def _with_theirs(pids):
    """Those of ``pids`` that are processes, and all below them."""
    found = []
    for pid in pids:
        try:
            threads = os.listdir("/proc/%d/task" % pid)
        except OSError:
            threads = []  # it is just ending
        # gVisor's kernel lists a process's threads beside it, each with what all of them use.
        if len(threads) > 1 and not _is_process(pid):
            continue
        found.append(pid)
        for thread in threads:
            try:
                with open("/proc/%d/task/%s/children" % (pid, thread)) as file:
                    children = [int(word) for word in file.read().split()]
            except OSError:
                continue
            found.extend(_with_theirs(children))
    return found


def _is_process(pid):
    """Whether ``pid`` is a process's id and not another thread's."""
    try:
        with open("/proc/%d/status" % pid) as file:
            return next((int(line.split()[1]) == pid for line in file if line.startswith("Tgid:")), True)
    except OSError:
        return True


def _by_parents(pid):
    """For kernels that list no children."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            fields = _stat(int(entry))
            if fields:
                parents.setdefault(int(fields[1]), []).append(int(entry))
    found, left = [], [pid]
    while left:
        children = parents.get(left.pop(), [])
        found.extend(children)
        left.extend(children)
    return found


def parent(pid):
    """The id of the parent of ``pid``, None when there is no such process."""
    fields = _stat(pid)
    return None if fields is None else int(fields[1])


def _stat(pid):
    """Fields of /proc/PID/stat after the name, or None when the process is gone."""
    try:
        with open("/proc/%d/stat" % pid) as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return None


class Usage:
    """What a process uses: ``cpu`` seconds with those of its ended children, ``resident`` bytes, ``tasks``; ``state`` is a letter."""

    __slots__ = ("cpu", "resident", "tasks", "state")

    def __init__(self, fields):
        self.state = fields[0]
        self.cpu = (int(fields[11]) + int(fields[12]) + int(fields[13]) + int(fields[14])) / _TICKS
        self.tasks = int(fields[17])
        self.resident = int(fields[21]) * _PAGE


def usage(pids):
    """Usage by process id, of those of ``pids`` that are there."""
    found = {}
    for pid in pids:
        fields = _stat(pid)
        if fields:
            found[pid] = Usage(fields)
    return found


def shared_out_memory(pids):
    """Resident bytes of ``pids`` together, each page counted once; None where the kernel does not tell."""
    total = 0
    for pid in pids:
        try:
            with open("/proc/%d/smaps_rollup" % pid) as file:
                total += next(int(line.split()[1]) for line in file if line.startswith("Pss:")) << 10
        except ProcessLookupError:
            pass  # it has ended
        except (OSError, StopIteration):
            return None
    return total


def scheduling(pid):
    """``(CPU seconds, seconds ready to run without a core)`` of the first thread of ``pid``; None when it is gone or not told."""
    try:
        with open("/proc/%d/schedstat" % pid) as file:
            words = file.read().split()
        return int(words[0]) / 1e9, int(words[1]) / 1e9
    except (OSError, IndexError):
        return None


def out_of_memory_kills():
    """How often this machine's kernel has killed a process for want of memory; None where it does not tell."""
    try:
        with open("/proc/vmstat") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("oom_kill "))
    except (OSError, StopIteration):
        return None


def kill_all(pids):
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
