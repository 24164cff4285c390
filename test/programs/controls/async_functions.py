# A coroutine that the program runs itself.
import asyncio

async def double(x):
    return 2 * x

def run(x):
    coroutine = double(x)
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
# tests:
assert run(4) == 8
