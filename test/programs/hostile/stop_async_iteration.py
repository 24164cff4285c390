# expect: failed_assertion | exception
# A StopAsyncIteration that ends the test's own asynchronous loop before any comparison.
def add(a, b):
    raise StopAsyncIteration
# tests:
import asyncio
async def cases():
    for a, b, c in [(1, 2, 3), (2, 2, 4)]:
        yield add(a, b) == c
async def main():
    return [ok async for ok in cases()]
assert asyncio.run(main()) == [True, True]
