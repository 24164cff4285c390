# expect: wall_timeout | cpu_timeout
# A coroutine that never ends, awaited by the test.
import asyncio

async def add(a, b):
    while True:
        await asyncio.sleep(0.01)
# tests:
import asyncio
assert asyncio.run(add(1, 2)) == 3
