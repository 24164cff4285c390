# Temporary files and folders, text and binary, csv and json on disk.
import csv
import io
import json
import os
import tempfile

def round_trip(rows):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "rows.csv")
        with open(path, "w", newline="") as file:
            csv.writer(file).writerows(rows)
        with open(path, newline="") as file:
            found = [row for row in csv.reader(file)]
    return found, os.path.exists(folder)

def stored(value):
    with tempfile.NamedTemporaryFile("w+", suffix=".json") as file:
        json.dump(value, file)
        file.flush()
        file.seek(0)
        return json.load(file), file.name.endswith(".json")

def in_memory(text):
    buffer = io.StringIO(text)
    return [line.strip() for line in buffer]

def spooled():
    with tempfile.TemporaryFile() as file:
        file.write(b"x" * 100_000)
        return file.tell()
# tests:
assert round_trip([[1, "a,b"], [2, "c"]]) == ([["1", "a,b"], ["2", "c"]], False)
assert stored({"a": [1, None, True]}) == ({"a": [1, None, True]}, True)
assert in_memory("a\n b \n") == ["a", "b"] and spooled() == 100_000
