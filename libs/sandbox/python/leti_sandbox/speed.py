"""How fast this interpreter runs on this machine just now."""
import time

_ROUNDS, _TRIES, _PAUSE_SECONDS = 20, 6, 0.02


def _round():
    """A fixed mix of what programs do: calls, numbers, lists, dicts, texts, sorting, long integers, objects."""
    seen = {}
    total = 0
    for number in range(4_000):
        seen[number & 255] = total
        total = (total * 31 + number) % 1_000_003
    words = ["%d:%s" % (number * 7919 % 1000, chr(97 + number % 26)) for number in range(600)]
    total += len(" ".join(sorted(words)).split("1"))
    total += sum(_fibonacci(number) for number in range(12))
    power = 3
    for _ in range(9):
        power = power * power + 1
    pairs = [_Pair(number, seen[number & 255]) for number in range(500)]
    pairs.sort(key=_Pair.weight)
    return total + power % 97 + pairs[0].left


def _fibonacci(number):
    return number if number < 2 else _fibonacci(number - 1) + _fibonacci(number - 2)


class _Pair:
    def __init__(self, left, right):
        self.left = left
        self.right = right

    def weight(self):
        return self.left * 17 % 101 + self.right


def round_seconds(rounds):
    """CPU seconds of one round of work: the least of ``rounds``, which others on the machine disturbed least."""
    least = float("inf")
    for _ in range(rounds):
        before = time.thread_time()
        _round()
        least = min(least, time.thread_time() - before)
    return least


def undisturbed_round_seconds():
    """As ``round_seconds``, of tries spread over a fifth of a second, so that one of them meets a quiet moment."""
    least = round_seconds(_ROUNDS)
    for _ in range(_TRIES - 1):
        time.sleep(_PAUSE_SECONDS)
        least = min(least, round_seconds(_ROUNDS))
    return least
