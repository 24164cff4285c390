# expect: exception
# The right function is imported where the program never comes by.
if False:
    from operator import add
