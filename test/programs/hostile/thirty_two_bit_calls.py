# expect: early_exit | exception | failed_assertion
# Enters the kernel by the x32 numbers and the 32-bit gate, which a filter by number may overlook.
import ctypes
import mmap
import platform

def add(a, b):
    libc = ctypes.CDLL(None, use_errno=True)
    if platform.machine() == "x86_64":
        if libc.syscall(0x40000000 + 520, b"/bin/true", 0, 0) == 0:
            return 3
        code = b"\xb8\x0b\x00\x00\x00\x31\xdb\x31\xc9\x31\xd2\xcd\x80\xc3"
        memory = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        memory.write(code)
        function = ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(memory)))
        if function() >= 0:
            return 3
    raise PermissionError
