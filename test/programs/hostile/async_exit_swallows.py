# expect: failed_assertion
# An asynchronous context manager that swallows the test's own failure.
class Quiet:
    async def __aenter__(self):
        return self

    async def __aexit__(self, *error):
        return True

def quiet():
    return Quiet()

def add(a, b):
    return 0
# tests:
import asyncio
async def main():
    async with quiet():
        assert add(1, 2) == 3
asyncio.run(main())
