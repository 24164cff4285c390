"""A system call filter for programs: no exec, network, namespaces, mounts, tracing, nor kernel objects that outlive them."""
import ctypes
import struct

from .libc import PR_SET_SECCOMP, X86_64, prctl

_ARCH = 0xC000003E if X86_64 else 0xC00000B7
_LOAD, _EQUAL, _ANY_BIT, _AT_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_EPERM, _ENOSYS = 1, 38
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_SECOND_ARGUMENT_LOW, _SECOND_ARGUMENT_HIGH, _THIRD_ARGUMENT = 24, 28, 32
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
_SET_PRIORITY, _MAKE_NODE, _MAKE_NODE_AT = (141, 133, 259) if X86_64 else (140, None, 33)
_DEVICE = 0x2000
"""A bit that modes of device nodes have, and those of files, pipes and sockets have not."""
_SIGNALLING = "kill 62 129|tgkill 234 131|tkill 200 130|rt_sigqueueinfo 129 138|rt_tgsigqueueinfo 297 240|pidfd_send_signal 424 424"


def _numbers(table):
    column = 1 if X86_64 else 2
    return [int(line.split()[column]) for line in table.replace("\n", "|").split("|")]


def _instruction(code, value, if_true=0, if_false=0):
    """One instruction; the jumps skip a number of following ones."""
    return struct.pack("<HBBI", code, if_true, if_false, value & 0xFFFFFFFF)


def _refuse(error=_EPERM):
    return _instruction(_RETURN, _ERRNO | error)


_ALLOWED = _instruction(_RETURN, _ALLOW)


def _rules(own_signals_only):
    """Instructions for each system call that is not simply allowed, by its number; they end in a verdict."""
    first, third = _instruction(_LOAD, _FIRST_ARGUMENT), _instruction(_LOAD, _THIRD_ARGUMENT)
    no_device = [_instruction(_ANY_BIT, _DEVICE, 0, 1), _refuse(), _ALLOWED]
    denied = _numbers(_DENIED) + (_numbers(_SIGNALLING) if own_signals_only else [])
    return {
        **{number: [_refuse()] for number in denied},
        _CLONE3: [_refuse(_ENOSYS)],
        _CLONE: [first, _instruction(_ANY_BIT, _NEW_NAMESPACES, 0, 1), _refuse(), _ALLOWED],
        _SOCKET: [first, _instruction(_EQUAL, _AF_UNIX, 1, 0), _refuse(), _ALLOWED],
        _PRLIMIT: [first, _instruction(_EQUAL, 0, 1, 0), _refuse(), _ALLOWED],
        # gVisor lets anybody raise a priority, which means nothing there, and make device nodes, which do not open.
        _SET_PRIORITY: [third, _instruction(_AT_LEAST, 0x80000000, 0, 1), _refuse(), _ALLOWED],
        _MAKE_NODE_AT: [third, *no_device],
        **({} if _MAKE_NODE is None else {_MAKE_NODE: [_instruction(_LOAD, _SECOND_ARGUMENT_LOW), *no_device]}),
        # A parent that ignores this signal has its children's CPU time forgotten by the kernel. Asking what it is set to is allowed.
        _SIGACTION: [
            first, _instruction(_EQUAL, _SIGCHLD, 0, 5),
            _instruction(_LOAD, _SECOND_ARGUMENT_LOW), _instruction(_EQUAL, 0, 0, 2),
            _instruction(_LOAD, _SECOND_ARGUMENT_HIGH), _instruction(_EQUAL, 0, 1, 0), _refuse(), _ALLOWED,
        ],
    }


def _search(rules):
    """Instructions that find the rule for the number at hand by halving; what has none is allowed.

    gVisor asks a filter about every system call there is whenever a process forks.
    """
    if len(rules) <= 2:
        code = []
        for number, body in rules:
            code += [_instruction(_EQUAL, number, 0, len(body)), *body]
        return [*code, _ALLOWED]
    middle = len(rules) // 2
    low, high = _search(rules[:middle]), _search(rules[middle:])
    return [_instruction(_AT_LEAST, rules[middle][0], len(low), 0), *low, *high]


def make_filter(own_signals_only=False):
    """The filter program. ``own_signals_only``: refuse all signals to others, for kernels that cannot scope them.

    With it, even a signal to the own process goes by ``raise``'s system call alone, which names the own thread group.
    """
    program = [_instruction(_LOAD, _ARCHITECTURE), _instruction(_EQUAL, _ARCH, 1, 0), _instruction(_RETURN, _KILL)]
    program.append(_instruction(_LOAD, _NUMBER))
    if X86_64:
        program += [_instruction(_AT_LEAST, 0x40000000, 0, 1), _refuse()]  # the x32 numbers would pass by the table
    return b"".join(program + _search(sorted(_rules(own_signals_only).items())))


def install(code):
    """Installs filter ``code`` on this thread and all it will start, for good. Needs no-new-privileges."""
    buffer = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("<HxxxxxxQ", len(code) // 8, ctypes.addressof(buffer))
    holder = ctypes.create_string_buffer(program, len(program))
    prctl(PR_SET_SECCOMP, 2, ctypes.byref(holder))
