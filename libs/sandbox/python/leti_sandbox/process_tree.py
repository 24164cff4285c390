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
    found = list(children)
    for child in children:
        found.extend(_below(child))
    return found


def _below(pid):
    """Children of every thread of ``pid``, and theirs."""
    found = []
    try:
        threads = os.listdir("/proc/%d/task" % pid)
        for thread in threads:
            with open("/proc/%d/task/%s/children" % (pid, thread)) as file:
                for child in map(int, file.read().split()):
                    found.append(child)
                    found.extend(_below(child))
    except OSError:
        pass
    return found


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


def _stat(pid):
    """Fields of /proc/PID/stat after the name, or None when the process is gone."""
    try:
        with open("/proc/%d/stat" % pid) as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return None


def usage(pids):
    """``(CPU seconds, resident bytes, tasks)`` of ``pids`` together."""
    cpu = memory = tasks = 0
    for pid in pids:
        fields = _stat(pid)
        if fields:
            cpu += (int(fields[11]) + int(fields[12]) + int(fields[13]) + int(fields[14])) / _TICKS
            tasks += int(fields[17])
            memory += int(fields[21]) * _PAGE
    return cpu, memory, tasks


def kill_all(pids):
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
