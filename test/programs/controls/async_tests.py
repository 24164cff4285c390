# The tests run coroutines of the program in a loop of their own.
import asyncio

async def double(x):
    await asyncio.sleep(0.001)
    return 2 * x

async def fail():
    await asyncio.sleep(0)
    raise LookupError("gone")

async def count(n):
    for i in range(n):
        await asyncio.sleep(0)
        yield i

class Session:
    def __init__(self):
        self.log = []

    async def __aenter__(self):
        self.log.append("in")
        return self

    async def __aexit__(self, kind, error, trace):
        self.log.append("out")
        return False

    async def get(self, x):
        return await double(x)
# tests:
import asyncio
import inspect

assert asyncio.run(double(4)) == 8

async def main():
    assert await double(1) == 2
    assert await asyncio.gather(double(1), double(2)) == [2, 4]
    assert [i async for i in count(3)] == [0, 1, 2]
    task = asyncio.create_task(double(5))
    assert await task == 10
    async with Session() as session:
        assert await session.get(3) == 6
    assert session.log == ["in", "out"]
    try:
        await fail()
        assert False
    except LookupError as error:
        assert error.args == ("gone",)
    assert await asyncio.wait_for(double(7), timeout=5) == 14
    return "done"

assert asyncio.run(main()) == "done"
assert inspect.iscoroutinefunction(double) and not inspect.iscoroutinefunction(Session)
