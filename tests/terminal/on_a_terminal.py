"""
Runs a program on a terminal of its own, as a job of a small shell, and plays the person in front of it.
The evening comes as JSON in the first argument; what was seen of it goes to standard output as JSON. No step
is waited for longer than PATIENCE.

  {"argv": [...], "columns": 80, "rows": 24, "steps": [
    {"expect": "text"}, {"send": "text"}, {"signal": "SIGTERM"}, {"resize": [100, 30]},
    {"expectStopped": true}, {"foreground": true}, {"deaf": seconds}, {"hear": true}, {"hangUp": true},
    {"expectEnd": true}]}
"""
import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

PATIENCE = 120


def shell(slave, argv, orders, news):
    """A shell of one job: says how it stops and ends, and puts it to the foreground when told to."""
    os.dup2(slave, 1)
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    job = os.fork()
    if job == 0:
        os.setpgid(0, 0)
        os.tcsetpgrp(slave, os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        for fd in (0, 1, 2):
            os.dup2(slave, fd)
        os.closerange(3, 100)
        os.execvp(argv[0], argv)
    os.write(news, b"pid %d\n" % job)
    while True:
        _, status = os.waitpid(job, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            kind, number = ("signal", os.WTERMSIG(status)) if os.WIFSIGNALED(status) else ("exit", os.WEXITSTATUS(status))
            os.write(news, b"%s %d\n" % (kind.encode(), number))
            os._exit(0)
        try:
            os.tcsetpgrp(slave, os.getpid())
        except OSError:
            pass
        os.write(news, b"stopped %d\n" % os.WSTOPSIG(status))
        os.read(orders, 1)
        os.tcsetpgrp(slave, job)
        os.killpg(job, signal.SIGCONT)


class Person:
    def __init__(self, argv, columns, rows):
        self.master, self.slave = pty.openpty()
        self.resize([columns, rows])
        self.before = termios.tcgetattr(self.slave)
        orders_out, self.orders = os.pipe()
        self.news, news_in = os.pipe()
        self.seen, self.told, self.passed, self.deaf, self.is_gone = b"", [], 0, False, False
        if os.fork() == 0:
            os.close(self.master)
            shell(self.slave, argv, orders_out, news_in)
        self.pid = int(self.wait_news("pid"))

    def resize(self, size):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))

    def listen(self, seconds):
        sources = [self.news] if self.deaf else [self.news, self.master]
        for source in select.select(sources, [], [], seconds)[0]:
            data = os.read(source, 65536)
            if source == self.news:
                self.told += data.decode().splitlines()
            else:
                self.seen += data

    def until(self, what, is_done):
        deadline = time.time() + PATIENCE
        while not is_done():
            if time.time() > deadline:
                raise TimeoutError("waited in vain for %r, having been told %r and seen %r" % (what, self.told, self.seen[-2000:]))
            self.listen(0.1)

    def wait_news(self, kind):
        found = lambda: [it for it in self.told if it.startswith(kind)]
        self.until(kind, found)
        news = found()[0]
        self.told.remove(news)
        return news.split()[1]

    def expect(self, text):
        wanted = text.encode()
        self.until(text, lambda: wanted in self.seen[self.passed:])
        self.passed = self.seen.index(wanted, self.passed) + len(wanted)

    def end(self):
        return next((it for it in self.told if it.split()[0] in ("exit", "signal")), None)

    def hang_up(self):
        """The terminal is gone, as when its window is closed, and the shell tells its job."""
        os.close(self.master)
        self.is_gone = self.deaf = True
        os.kill(self.pid, signal.SIGHUP)

    def attributes(self):
        return termios.tcgetattr(self.slave)


def play(scenario):
    person = Person(scenario["argv"], scenario["columns"], scenario["rows"])
    try:
        return live(person, scenario)
    finally:
        if not person.end():
            os.kill(person.pid, signal.SIGKILL)


def live(person, scenario):
    said = {"stopped": [], "end": "", "wereRestoredWhenStopped": []}
    for step in scenario["steps"]:
        (verb, value), = step.items()
        if verb == "expect":
            person.expect(value)
        elif verb == "send":
            os.write(person.master, value.encode())
        elif verb == "signal":
            os.kill(person.pid, getattr(signal, value))
        elif verb == "resize":
            person.resize(value)
        elif verb == "expectStopped":
            said["stopped"].append(int(person.wait_news("stopped")))
            said["wereRestoredWhenStopped"].append(person.attributes() == person.before)
        elif verb == "foreground":
            os.write(person.orders, b"f")
        elif verb == "deaf":
            person.deaf = True
            time.sleep(value)
        elif verb == "hear":
            person.deaf = False
        elif verb == "hangUp":
            person.hang_up()
        elif verb == "expectEnd":
            person.until("end", person.end)
            said["end"] = person.end()
            person.deaf = person.is_gone
            # All that was written before the end, piece after piece.
            heard = -1
            while heard != len(person.seen):
                heard = len(person.seen)
                person.listen(0.2)
    said["seen"] = person.seen.decode("utf-8", "replace")
    said["isRestored"] = not person.is_gone and person.attributes() == person.before
    return said


try:
    print(json.dumps(play(json.loads(sys.argv[1]))))
except Exception as error:
    print(json.dumps({"error": str(error)}))
