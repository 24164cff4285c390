# expect: early_exit
# The interactive helper that ends the process.
exit()
