"""User ids that programs run under, one each, where the supervisor is root and such ids exist."""
import os

_PER_SLOT = 1000
_PREFERRED = 1_900_000_000


def pick_uids(slot):
    """``(judge's uid, candidates' uids)`` for ``slot``, or None when this process cannot become another user."""
    if os.geteuid() != 0 or not _can_become_another():
        return None
    with open("/proc/self/uid_map") as file:
        ranges = [(int(line.split()[0]), int(line.split()[2])) for line in file]
    for start, count in ranges:
        if start <= _PREFERRED and _PREFERRED + _PER_SLOT * (slot + 1) < start + count:
            first = _PREFERRED + _PER_SLOT * slot
            return first, range(first + 1, first + _PER_SLOT)
    start, count = max(ranges, key=lambda entry: entry[1])
    first = start + count - _PER_SLOT * (slot + 1)
    # The lower half of a mapped range has users of its own.
    return None if first < start + count // 2 else (first, range(first + 1, first + _PER_SLOT))


def _can_become_another():
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setresgid(65534, 65534, 65534)
            os.setresuid(65534, 65534, 65534)
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0
