# expect: exception | early_exit
# Tries the system calls that kernel exploits start from, by number.
import ctypes
import platform

libc = ctypes.CDLL(None, use_errno=True)
X86 = {"io_uring_setup": 425, "bpf": 321, "keyctl": 250, "perf_event_open": 298, "userfaultfd": 323, "add_key": 248, "memfd_create": 319,
       "kexec_load": 246, "init_module": 175, "pidfd_getfd": 438, "process_vm_readv": 310, "name_to_handle_at": 303, "clone3": 435,
       "fsopen": 430, "open_tree": 428, "personality": 135, "modify_ldt": 154, "iopl": 172, "swapon": 167, "reboot": 169, "setns": 308}
ARM = {"io_uring_setup": 425, "bpf": 280, "keyctl": 219, "perf_event_open": 241, "userfaultfd": 282}

def add(a, b):
    page = ctypes.create_string_buffer(4096)
    open_to_us = []
    for name, number in (X86 if platform.machine() == "x86_64" else ARM).items():
        if name in ("modify_ldt", "iopl"):
            continue
        if libc.syscall(number, 1, page, 64, 0, 0, 0) >= 0:
            open_to_us.append(name)
    if open_to_us:
        return 3
    raise PermissionError(open_to_us)
