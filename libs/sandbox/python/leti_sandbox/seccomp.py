"""A system call filter for programs: no exec, network, namespaces, mounts, tracing, nor kernel objects that outlive them."""
import ctypes
import struct

from .libc import PR_SET_SECCOMP, X86_64, prctl

_ARCH = 0xC000003E if X86_64 else 0xC00000B7
_LOAD, _EQUAL, _ANY_BIT, _AT_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_EPERM, _ENOSYS = 1, 38
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_SECOND_ARGUMENT_LOW, _SECOND_ARGUMENT_HIGH = 24, 28
_NEW_NAMESPACES = 0x7E020080
_AF_UNIX = 1

_DENIED = """ptrace 101 117|process_vm_readv 310 270|process_vm_writev 311 271|kcmp 312 272|pidfd_getfd 438 438|unshare 272 97
setns 308 268|mount 165 40|umount2 166 39|pivot_root 155 41|chroot 161 51|open_tree 428 428|move_mount 429 429|fsopen 430 430
fsconfig 431 431|fsmount 432 432|fspick 433 433|mount_setattr 442 442|bpf 321 280|perf_event_open 298 241|keyctl 250 219
add_key 248 217|request_key 249 218|userfaultfd 323 282|io_uring_setup 425 425|io_uring_enter 426 426|io_uring_register 427 427
memfd_create 319 279|memfd_secret 447 447|personality 135 92|name_to_handle_at 303 264|open_by_handle_at 304 265|syslog 103 116
shmget 29 194|shmat 30 196|shmctl 31 195|semget 64 190|msgget 68 186|mq_open 240 180|fanotify_init 300 262|swapon 167 224
reboot 169 142|kexec_load 246 104|init_module 175 105|finit_module 313 273|delete_module 176 106|acct 163 89|quotactl 179 60
execve 59 221|execveat 322 281
sched_setscheduler 144 119|sched_setattr 314 274|sched_setparam 142 118|ioprio_set 251 30|migrate_pages 256 238"""
_CLONE, _CLONE3 = (56, 435) if X86_64 else (220, 435)
_SIGACTION, _SIGCHLD = (13, 17) if X86_64 else (134, 17)
_SOCKET, _PRLIMIT = (41, 302) if X86_64 else (198, 261)
_SIGNALLING = "kill 62 129|tgkill 234 131|tkill 200 130|rt_sigqueueinfo 129 138|rt_tgsigqueueinfo 297 240|pidfd_send_signal 424 424"


def _numbers(table):
    column = 1 if X86_64 else 2
    return [int(line.split()[column]) for line in table.replace("\n", "|").split("|")]


class _Filter:
    """Instructions, with jumps that skip a number of following instructions."""

    def __init__(self):
        self.code = []

    def add(self, code, value, if_true=0, if_false=0):
        self.code.append(struct.pack("<HBBI", code, if_true, if_false, value & 0xFFFFFFFF))

    def when_number(self, number, result):
        self.add(_EQUAL, number, 0, 1)
        self.add(_RETURN, result)


def make_filter(own_signals_only=False):
    """The filter program. ``own_signals_only``: refuse all signals to others, for kernels that cannot scope them.

    With it, even a signal to the own process goes by ``raise``'s system call alone, which names the own thread group.
    """
    program = _Filter()
    program.add(_LOAD, _ARCHITECTURE)
    program.add(_EQUAL, _ARCH, 1, 0)
    program.add(_RETURN, _KILL)
    program.add(_LOAD, _NUMBER)
    if X86_64:
        program.add(_AT_LEAST, 0x40000000, 0, 1)  # the x32 numbers would pass by the table
        program.add(_RETURN, _ERRNO | _EPERM)
    program.when_number(_CLONE3, _ERRNO | _ENOSYS)
    for number in _numbers(_DENIED):
        program.when_number(number, _ERRNO | _EPERM)
    if own_signals_only:
        for number in _numbers(_SIGNALLING):
            program.when_number(number, _ERRNO | _EPERM)
    program.add(_EQUAL, _CLONE, 0, 4)
    program.add(_LOAD, _FIRST_ARGUMENT)
    program.add(_ANY_BIT, _NEW_NAMESPACES, 0, 1)
    program.add(_RETURN, _ERRNO | _EPERM)
    program.add(_RETURN, _ALLOW)
    program.add(_EQUAL, _SOCKET, 0, 4)
    program.add(_LOAD, _FIRST_ARGUMENT)
    program.add(_EQUAL, _AF_UNIX, 1, 0)
    program.add(_RETURN, _ERRNO | _EPERM)
    program.add(_RETURN, _ALLOW)
    # A parent that ignores this signal has its children's CPU time forgotten by the kernel. Asking what it is set to is allowed.
    program.add(_EQUAL, _SIGACTION, 0, 8)
    program.add(_LOAD, _FIRST_ARGUMENT)
    program.add(_EQUAL, _SIGCHLD, 0, 5)
    program.add(_LOAD, _SECOND_ARGUMENT_LOW)
    program.add(_EQUAL, 0, 0, 2)
    program.add(_LOAD, _SECOND_ARGUMENT_HIGH)
    program.add(_EQUAL, 0, 1, 0)
    program.add(_RETURN, _ERRNO | _EPERM)
    program.add(_RETURN, _ALLOW)
    program.add(_EQUAL, _PRLIMIT, 0, 4)
    program.add(_LOAD, _FIRST_ARGUMENT)
    program.add(_EQUAL, 0, 1, 0)
    program.add(_RETURN, _ERRNO | _EPERM)
    program.add(_RETURN, _ALLOW)
    program.add(_RETURN, _ALLOW)
    return b"".join(program.code)


def install(code):
    """Installs filter ``code`` on this thread and all it will start, for good. Needs no-new-privileges."""
    buffer = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("<HxxxxxxQ", len(code) // 8, ctypes.addressof(buffer))
    holder = ctypes.create_string_buffer(program, len(program))
    prctl(PR_SET_SECCOMP, 2, ctypes.byref(holder))
