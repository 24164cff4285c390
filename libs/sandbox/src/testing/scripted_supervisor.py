"""Stands in for a supervisor in tests of what owns one: speaks its frames, runs nothing, does what a program's solution says.

Solutions, of words: ``pass``; ``wait PATH`` for a file before that; ``harm VIOLATION``, as a supervisor tells it; ``hang VIOLATION``
until it is cancelled; ``die``, or ``die PATH`` unless that file is there already. A verdict's feedback is this process's id.
"""
import json
import os
import struct
import time


def read_exactly(count):
    data = b""
    while len(data) < count:
        more = os.read(0, count - len(data))
        if not more:
            raise SystemExit
        data += more
    return data


def read():
    return json.loads(read_exactly(struct.unpack("<I", read_exactly(4))[0]))


def send(message):
    body = json.dumps(message).encode()
    os.write(1, struct.pack("<I", len(body)) + body)


def serve(request):
    command, *words = request["program"]["solution"].split()
    if command == "hang":
        while "cancel" not in read():
            pass
        return {"cancelled": True, "violation": words[0]}
    if command == "wait":
        while not os.path.exists(words[0]):
            time.sleep(0.002)
    if command == "die":
        if not words or not os.path.exists(words[0]):
            if words:
                open(words[0], "w").close()
            raise SystemExit
    evaluation = {
        "outcome": "passed", "feedback": str(os.getpid()), "exceptionType": "", "failedTestIndex": None, "cpuTimeMs": 0,
        "wallTimeMs": 0, "peakMemoryBytes": 0, "outputBytes": 0, "exitSignal": 0,
    }
    return {"evaluation": evaluation, "violation": words[0] if command == "harm" else None}


send({"ready": {"runtime": "unsafe-process", "runtimeVersion": "", "pythonVersion": "", "caveats": []}})
while True:
    request = read()
    if "program" in request:
        send({"id": request["id"], **serve(request)})
