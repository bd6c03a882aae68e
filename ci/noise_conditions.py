"""What a gate runs under in ci/noise: nothing else, busy cores, a CPU quota."""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time

CONDITIONS = {"alone": "nothing else started", "busy": "every core kept busy by others", "quota": "25 % of one core"}
QUOTA, PERIOD_US = 0.25, 100000


class Busy:
    """A process a core that computes and moves memory, at this script's priority."""

    def __init__(self):
        code = "a = bytearray(8 << 20)\nwhile True:\n    b = bytes(a)\n    sum(range(100000))"
        self.processes = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(os.cpu_count())]

    def end(self):
        for process in self.processes:
            process.kill()
            process.wait()

    how = f"{os.cpu_count()} busy processes"

    def enter(self):
        pass

    def started(self, process):
        pass


class Alone:
    how = "nothing else started"

    def enter(self):
        pass

    def started(self, process):
        pass

    def end(self):
        pass


class GroupQuota:
    """A control group with a quota, of version 2 or 1, which the gate's process enters before it starts."""

    def __init__(self):
        self.folder = None
        own = [line.split(":", 2) for line in pathlib.Path("/proc/self/cgroup").read_text().splitlines()]
        for number, controllers, path in own:
            v2 = number == "0" and controllers == ""
            if not v2 and "cpu" not in controllers.split(","):
                continue
            for mount in (["/sys/fs/cgroup"] if v2 else [f"/sys/fs/cgroup/{controllers}", "/sys/fs/cgroup/cpu"]):
                folder = None
                try:
                    folder = pathlib.Path(tempfile.mkdtemp(prefix="noise-", dir=mount + path))
                    if v2:
                        (folder / "cpu.max").write_text(f"{int(QUOTA * PERIOD_US)} {PERIOD_US}")
                    else:
                        (folder / "cpu.cfs_period_us").write_text(str(PERIOD_US))
                        (folder / "cpu.cfs_quota_us").write_text(str(int(QUOTA * PERIOD_US)))
                    self.folder, self.how = folder, f"cgroup v{2 if v2 else 1} quota {QUOTA:.0%} of a core"
                    return
                except OSError:
                    if folder:
                        folder.rmdir()
        raise OSError("no control group can be made")

    def enter(self):  # in the child, before the gate
        (self.folder / "cgroup.procs").write_text(str(os.getpid()))

    def started(self, process):
        pass

    def end(self):
        for _ in range(50):
            try:
                self.folder.rmdir()
                return
            except OSError:
                time.sleep(0.1)


class DutyCycle:
    """Stops and continues every process of the gate's session: a quota where no control group can be made."""

    how = f"SIGSTOP and SIGCONT, {QUOTA:.0%} of the time running"

    def __init__(self):
        self.ended = threading.Event()

    def enter(self):
        pass

    def started(self, process):
        threading.Thread(target=self.cycle, args=(process.pid,), daemon=True).start()

    def cycle(self, leader):
        while not self.ended.is_set():
            for number, share in ((signal.SIGSTOP, 1 - QUOTA), (signal.SIGCONT, QUOTA)):
                for pid in self.session(leader):
                    try:
                        os.kill(pid, number)
                    except ProcessLookupError:
                        pass
                time.sleep(share * PERIOD_US * 1e-6)

    @staticmethod
    def session(leader):
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                if int(stat.read_text().rpartition(")")[2].split()[3]) == leader:
                    yield int(stat.parent.name)
            except (OSError, IndexError):
                pass

    def end(self):
        self.ended.set()


def condition_of(name):
    if name == "quota":
        try:
            return GroupQuota()
        except OSError:
            return DutyCycle()
    return Busy() if name == "busy" else Alone()
