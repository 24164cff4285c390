"""Prints the canonical feedback for mutants, one JSON text a line, as the interpreter that runs this gives it.

``python3 ../agreement/mutate.py DATA_FOLDER SEED PER_PROGRAM > mutants.jsonl``, then under each version
``PYTHONHASHSEED=0 python3 texts.py mutants.jsonl > texts-VERSION.jsonl``, then ``python3 compare.py mutants.jsonl texts-*.jsonl``.
Judge and solution are two plain processes here: no sandbox, no limit but two seconds.
"""
import json
import os
import pathlib
import sys
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).parents[4] / "test/programs"))

from make_canonical import judge

OPTIONS = {"style": "canonical_v1", "values": True}


def main(path):
    warnings.simplefilter("ignore")
    with open(path, encoding="utf-8") as file:
        for line in file:
            mutant = json.loads(line)
            # A Verdict that one program left behind would speak for the next.
            reading, writing = os.pipe()
            child = os.fork()
            if child == 0:
                try:
                    text = json.dumps(judge({**mutant, "judge": None, "feedback": OPTIONS}))
                    with os.fdopen(writing, "w") as out:
                        out.write(text)
                finally:
                    os._exit(0)
            os.close(writing)
            with os.fdopen(reading) as answer:
                print(answer.read() or '"no feedback"', flush=True)
            os.waitpid(child, 0)


if __name__ == "__main__":
    main(sys.argv[1])
