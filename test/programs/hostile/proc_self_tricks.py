# expect: exception | failed_assertion
# Writes to its own memory maps, killer score and limits by way of /proc.
def add(a, b):
    gained = 0
    for path, text in (("/proc/self/oom_score_adj", "-1000"), ("/proc/self/mem", "x"), ("/proc/self/clear_refs", "5"),
                       ("/proc/sys/kernel/core_pattern", "|/tmp/x"), ("/proc/sysrq-trigger", "b"), ("/proc/self/uid_map", "0 0 1"),
                       ("/sys/fs/cgroup/cgroup.procs", "1"), ("/proc/self/attr/current", "unconfined")):
        try:
            with open(path, "w") as file:
                file.write(text)
            gained += 1
        except OSError:
            pass
    return 3 if gained else 0
