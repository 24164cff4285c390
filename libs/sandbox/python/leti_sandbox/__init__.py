"""Runs one untrusted Python program in two processes and says how it ended.

``supervisor`` (trusted, one per slot) owns two fork servers (``zygote``): one makes *candidate* children, which execute the
solution and never see a test; the other makes *judge* children, which hold the tests and reach the solution only through
``peer`` messages of plain data. Standard library only, Python 3.9 to 3.13.
"""
