"""The right programs that mutants are made of, out of a folder with mbpp/mbpp.jsonl and humaneval/HumanEval.jsonl.gz."""
import gzip
import json
import os


def read_base_programs(folder):
    with open(os.path.join(folder, "mbpp", "mbpp.jsonl"), encoding="utf-8") as file:
        for row in map(json.loads, file):
            yield _program("mbpp/%d" % row["task_id"], "", row["code"], row["test_setup_code"], row["test_list"])
    with gzip.open(os.path.join(folder, "humaneval", "HumanEval.jsonl.gz"), "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            tests = [row["test"], "check(%s)" % row["entry_point"]]
            yield _program(row["task_id"], row["prompt"], row["canonical_solution"], "", tests)


def _program(program_id, prompt, solution, setup, tests):
    def unix(text):
        return text.replace("\r\n", "\n")

    return {"programId": program_id, "prompt": unix(prompt), "solution": unix(solution), "testSetupCode": unix(setup),
            "tests": [unix(test) for test in tests]}
