"""The supervisor's surroundings: private namespaces where the kernel allows them, and folders that programs run in."""
import os
import shutil
import stat
import sys
import tempfile

from . import libc

_SCRATCH_OPTIONS = "size=%d,nr_inodes=2048,mode=0711"


class Workplace:
    """Folders of one supervisor. ``caveats``: what could not be had, one sentence each.

    ``given``: an empty folder of a limited size that is the supervisor's alone; without it one is made.
    """

    def __init__(self, scratch_bytes, isolate, given=None):
        self.caveats = []
        self.private = isolate and self._enter_namespaces()
        self._given = given
        self.root = given or self._make_root(scratch_bytes)
        self.scratch = os.path.join(self.root, "scratch")
        self.judge = os.path.join(self.root, "judge")
        os.mkdir(self.scratch, 0o711)
        os.mkdir(self.judge, 0o711)
        self._program = os.path.join(self.scratch, "program")
        self._spare = os.path.join(self.scratch, "wiped-" + os.urandom(8).hex())

    def _enter_namespaces(self):
        """Own mounts, network and System V objects; as a plain user inside an own user namespace."""
        user, group = os.getuid(), os.getgid()
        own = libc.CLONE_NEWNS | libc.CLONE_NEWNET | libc.CLONE_NEWIPC
        try:
            libc.unshare(own if user == 0 else own | libc.CLONE_NEWUSER)
            if user != 0:
                for path, text in (("setgroups", "deny"), ("uid_map", "%d %d 1" % (user, user)),
                                   ("gid_map", "%d %d 1" % (group, group))):
                    with open("/proc/self/" + path, "w") as file:
                        file.write(text)
            libc.mount("none", "/", "none", libc.MS_REC | libc.MS_PRIVATE)
            return True
        except OSError as error:
            self.caveats.append("No private namespaces (%s): the scratch folder has no total size limit." % error)
            return False

    def _make_root(self, scratch_bytes):
        if not self.private:
            return tempfile.mkdtemp(prefix="leti-sandbox-")
        # The mount is seen by this supervisor alone, so all of them share one empty folder to mount on.
        root = os.path.join(tempfile.gettempdir(), "leti-sandbox-%d" % os.getuid())
        try:
            os.mkdir(root, 0o700)
        except FileExistsError:
            found = os.lstat(root)
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
                raise PermissionError("%s is not a folder of user %d" % (root, os.getuid())) from None
        libc.mount("leti", root, "tmpfs", libc.MS_NOSUID | libc.MS_NODEV, _SCRATCH_OPTIONS % scratch_bytes)
        return root

    def write_protect(self):
        """Makes all mounts but the scratch folder's read-only, for good; nothing happens where the mounts are not the supervisor's own.

        A program that shares its user id could otherwise change modes, times and attributes of the user's files: Landlock
        does not look at these.
        """
        if not self.private:
            return
        try:
            libc.mount(self.scratch, self.scratch, "none", libc.MS_BIND)
            libc.set_read_only("/", True, recursive=True)
            libc.set_read_only(self.scratch, False)
        except OSError as error:
            if os.getuid() != 0:
                self.caveats.append("Mounts cannot be made read-only (%s): programs can change modes and times of this user's "
                                    "files." % error)

    def python(self, for_other_users):
        """``(executable, prefix)`` of this interpreter, under a path that its users can reach; None when there is none."""
        prefix = os.path.realpath(sys.base_prefix)
        executable = os.path.realpath(getattr(sys, "_base_executable", sys.executable) or sys.executable)
        if not for_other_users or _open_to_all(prefix):
            return executable, prefix
        if not self.private or not executable.startswith(prefix + os.sep):
            return None
        target = os.path.join(self.root, "python")
        os.mkdir(target, 0o711)
        libc.mount(prefix, target, "none", libc.MS_BIND)
        return os.path.join(target, os.path.relpath(executable, prefix)), target

    def make_program_folder(self, uid):
        os.mkdir(self._program, 0o700)
        if uid is not None:
            os.chown(self._program, uid, uid)
        return self._program

    def wipe_program_folder(self):
        """Removes what the program left, however deep, and whatever it locked, beside its folder too where it shares the user id."""
        try:
            os.rmdir(self._program)
        except OSError:
            pass  # it is not empty, or not what was made
        os.chmod(self.scratch, 0o711)
        for name in os.listxattr(self.scratch):
            os.removexattr(self.scratch, name)
        with os.scandir(self.scratch) as entries:
            found = list(entries)
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                _remove_tree(entry.path, self._spare)
            else:
                os.unlink(entry.path)

    def close(self):
        if not self.private and not self._given:
            shutil.rmtree(self.root, ignore_errors=True)


def _open_to_all(path):
    while True:
        if not os.stat(path).st_mode & stat.S_IXOTH:
            return False
        if path == "/":
            return True
        path = os.path.dirname(path)


def _remove_tree(folder, spare):
    """Removes ``folder``. Folders in it move to names that start with ``spare`` first, so that no path or recursion gets long."""
    moved = 0
    waiting = [folder]
    while waiting:
        current = waiting.pop()
        os.chmod(current, 0o700)
        with os.scandir(current) as entries:
            found = list(entries)
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                os.chmod(entry.path, 0o700)
                waiting.append("%s-%d" % (spare, moved))
                os.rename(entry.path, waiting[-1])
                moved += 1
            else:
                os.unlink(entry.path)
        os.rmdir(current)
