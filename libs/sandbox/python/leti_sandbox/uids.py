"""User ids that programs run under, one each, where the supervisor is root and such ids exist."""
import os

_BLOCK = 100
_PREFERRED = 1_900_000_000
_MOST_PIDS = 1 << 22


def pick_uids():
    """``(judge's uid, candidates' uids)``, shared with no other living supervisor; None when none can be had."""
    if os.geteuid() != 0 or not _can_become_another():
        return None
    with open("/proc/self/uid_map") as file:
        ranges = [(int(line.split()[0]), int(line.split()[2])) for line in file]
    if any(start <= _PREFERRED and _PREFERRED + _BLOCK * _MOST_PIDS <= start + count for start, count in ranges):
        first = _PREFERRED + _BLOCK * os.getpid()
        return first, range(first + 1, first + _BLOCK)
    # A container's few thousand ids: the upper half of the largest range, whose lower half has users of its own.
    start, count = max(ranges, key=lambda entry: entry[1])
    blocks = count // 2 // _BLOCK
    if blocks < 16:
        return None
    first = start + count - _BLOCK * (1 + os.getpid() % blocks)
    return first, range(first + 1, first + _BLOCK)


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
