"""Makes wrong programs out of right ones: MBPP's gold and HumanEval's canonical solutions with one or two slips each.

``python3 mutate.py DATA_FOLDER SEED PER_PROGRAM`` prints one JSON object a line: programId, mutations, prompt, solution,
testSetupCode, tests. The same seed gives the same mutants on the same Python version (``ast.unparse`` differs between versions).
"""
import ast
import json
import sys
import types
import warnings

import behaviours
import text_slips
import tree_mutations
from base_programs import read_base_programs
from trees import Dice

_SECOND_SLIP = 0.25
_ATTEMPTS = 40


def _own_functions(module):
    return [value for name, value in sorted(vars(module).items())
            if isinstance(value, types.FunctionType) and value.__module__ == module.__name__ and not name.startswith("_")]


_TREE = _own_functions(tree_mutations) + _own_functions(behaviours)
_TEXT = _own_functions(text_slips)
KINDS = _TREE + _TEXT


def mutants(program, seed, count):
    """Up to ``count`` mutants of ``program``, different from it and from each other."""
    rng = Dice("%s/%s" % (seed, program["programId"]))
    seen = {program["prompt"] + program["solution"]}
    found = []
    for _ in range(_ATTEMPTS * count):
        if len(found) == count:
            break
        mutant = _mutant(program, rng)
        if mutant is None or mutant["prompt"] + mutant["solution"] in seen:
            continue
        seen.add(mutant["prompt"] + mutant["solution"])
        found.append({**mutant, "programId": "%s#%d" % (program["programId"], len(found))})
    return found


def _mutant(program, rng):
    kinds = [rng.choice(KINDS)]
    if rng.random() < _SECOND_SLIP:
        kinds.append(rng.choice(KINDS))
    # A text with a slip has no tree any more.
    kinds.sort(key=_TEXT.__contains__)
    prompt, solution = program["prompt"], program["solution"]
    for kind in kinds:
        if kind in _TEXT:
            solution = kind(solution, rng) if len(solution) > 1 else None
        else:
            prompt, solution = "", _with_tree(kind, prompt + solution, rng)
        if solution is None:
            return None
    return {**program, "prompt": prompt, "solution": solution, "mutations": [kind.__name__ for kind in kinds]}


def _with_tree(kind, text, rng):
    tree = ast.parse(text)
    if not kind(tree, rng):
        return None
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def main(folder, seed, count):
    warnings.simplefilter("ignore")
    for program in read_base_programs(folder):
        for mutant in mutants(program, seed, count):
            print(json.dumps(mutant))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
