# expect: failed_assertion
# An awaitable whose value is equal to anything.
class Any:
    def __eq__(self, other):
        return True

async def add(a, b):
    return Any()
# tests:
import asyncio
assert asyncio.run(add(1, 2)) == 3
