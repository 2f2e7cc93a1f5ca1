"""Gives up, for a process that reads a stranger's file, whatever that file could misuse.

The children run it by path (`runpy`), as `python -I` finds no module of ours; it imports nothing
of ours either. What a child needs later it must import before: afterwards it opens nothing.
"""

import ctypes
import os
import resource
import signal

NOBODY = 65534
MEMORY_MAX = 1024**3
OUTPUT_MAX = 64 * 1024**2
CPU_SECONDS_MAX = 25

CLONE_NEWUSER, CLONE_NEWIPC, CLONE_NEWNET = 0x10000000, 0x08000000, 0x40000000
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38
CAPABILITY_VERSION = 0x20080522


def lock_down() -> None:
    """Give up the network, the files, the rights and most of the machine.

    Namespaces and chroot are taken where the kernel lets us (always as root, mostly else); the
    limits and `no_new_privs` always hold.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    is_root = os.geteuid() == 0
    libc.unshare(CLONE_NEWNET | CLONE_NEWIPC | (0 if is_root else CLONE_NEWUSER))
    try:
        os.chroot(".")  # the parent made this folder for us, and it is empty
        os.chdir("/")
    except PermissionError:
        pass  # no rights of a new user namespace here: the limits below remain
    if is_root:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    libc.capset((ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0), (ctypes.c_uint32 * 6)())
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY_MAX),
        (resource.RLIMIT_CPU, CPU_SECONDS_MAX),
        (resource.RLIMIT_FSIZE, OUTPUT_MAX),
        (resource.RLIMIT_NOFILE, 3),  # standard input, output, error: no other file, no socket
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
