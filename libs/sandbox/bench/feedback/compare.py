"""Says how many mutants have one canonical feedback under several versions of Python, from what texts.py printed.

``python3 compare.py mutants.jsonl texts-A.jsonl texts-B.jsonl ... [--show]``; ``--show`` prints those that have not.
"""
import collections
import json
import sys


def _read(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def main(mutants, *paths):
    show = "--show" in paths
    paths = [path for path in paths if path != "--show"]
    columns = list(zip(_read(mutants), *map(_read, paths)))
    counts = collections.Counter()
    for mutant, *texts in columns:
        if any(text.endswith("process timeout\n") for text in texts):
            kind = "out of time on some"
        elif not any(texts):
            kind = "passed on all"
        elif not all(texts):
            kind = "passed on some"
        else:
            kind = "one text" if len(set(texts)) == 1 else "several texts"
        counts[kind] += 1
        if show and kind in ("several texts", "passed on some"):
            print("-----", mutant["programId"], mutant["mutations"])
            for path, text in zip(paths, texts):
                print("..", path, "\n", text, sep="")
    for kind, count in counts.most_common():
        print("%6d %s" % (count, kind))


if __name__ == "__main__":
    main(*sys.argv[1:])
