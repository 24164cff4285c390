# The solution runs a loop of its own inside a plain function.
import asyncio

async def fetch(x, log):
    await asyncio.sleep(0.002 * (3 - x))
    log.append(x)
    return x * x

def fetch_all(values):
    log = []

    async def main():
        return await asyncio.gather(*(fetch(value, log) for value in values))

    return asyncio.run(main()), log

def with_queue(n):
    async def main():
        queue = asyncio.Queue()

        async def produce():
            for i in range(n):
                await queue.put(i)
            await queue.put(None)

        async def consume():
            found = []
            while (item := await queue.get()) is not None:
                found.append(item)
            return found

        _, found = await asyncio.gather(produce(), consume())
        return found

    return asyncio.run(main())
# tests:
assert fetch_all([0, 1, 2]) == ([0, 1, 4], [2, 1, 0])
assert with_queue(4) == [0, 1, 2, 3]
