"""
A terminal and the person in front of it, for bench/client.ts: runs a program on a pseudo-terminal and measures
what it writes and how soon. Takes an order as a line of JSON on standard input, answers each with one.

  ["start", argv, text]    runs it; {"pid": ..., "milliseconds": from its start to the text}
  ["expect", text]         waits for a text after the last one that was waited for
  ["count"]                {"bytes": written so far, "seconds": CPU used so far, "rss": kilobytes}
  ["keys", number]         presses keys, one at a time; {"milliseconds": until each was on the terminal}
  ["end"]                  ends the program
"""
import fcntl
import json
import os
import pty
import random
import select
import signal
import struct
import sys
import termios
import time

PATIENCE = 30
# What neither messages nor escape codes have in them.
KEYS = b"QZWXYV"
CLEAR = b"\x15"


class Terminal:
    pid = master = None
    seen, count = b"", 0

    def start(self, argv, text):
        began = time.perf_counter()
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.execvp(argv[0], argv)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.expect(text)
        return {"pid": self.pid, "milliseconds": (time.perf_counter() - began) * 1000}

    def listen(self, seconds):
        if not select.select([self.master], [], [], seconds)[0]:
            return
        data = os.read(self.master, 65536)
        self.count += len(data)
        self.seen += data

    def until(self, what, deadline_text):
        deadline = time.perf_counter() + PATIENCE
        while not what():
            if time.perf_counter() > deadline:
                raise TimeoutError("waited in vain for %r, having seen %r" % (deadline_text, self.seen[-500:]))
            self.listen(0.1)

    def expect(self, text):
        wanted = text.encode()
        self.until(lambda: wanted in self.seen, text)
        self.seen = self.seen[self.seen.index(wanted) + len(wanted):]
        return {}

    def counts(self):
        self.rest(0)
        with open("/proc/%d/stat" % self.pid) as file:
            fields = file.read().rsplit(")", 1)[1].split()
        with open("/proc/%d/status" % self.pid) as file:
            rss = [line for line in file if line.startswith("VmRSS")][0].split()[1]
        seconds = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return {"bytes": self.count, "seconds": seconds, "rss": int(rss)}

    def rest(self, seconds):
        """Goes on reading, as terminals do."""
        end = time.perf_counter() + seconds
        while True:
            left = end - time.perf_counter()
            self.listen(max(0, left))
            self.seen = self.seen[-4096:]
            if left <= 0:
                return

    def keys(self, number):
        times = []
        for index in range(number):
            # At any moment between two pictures, and not in their time.
            self.rest(random.uniform(0.02, 0.06))
            key = KEYS[index % len(KEYS):][:1]
            self.seen = b""
            began = time.perf_counter()
            os.write(self.master, key)
            self.until(lambda: key in self.seen, key)
            times.append((time.perf_counter() - began) * 1000)
            if index % 30 == 29:
                os.write(self.master, CLEAR)
        return {"milliseconds": times}

    def end(self):
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        sys.exit(0)


terminal = Terminal()
VERBS = {"start": terminal.start, "expect": terminal.expect, "count": terminal.counts, "keys": terminal.keys, "end": terminal.end}
while True:
    sources = [0] if terminal.master is None else [0, terminal.master]
    ready = select.select(sources, [], [])[0]
    if 0 not in ready:
        terminal.listen(0)
        terminal.seen = terminal.seen[-65536:]
        continue
    line = sys.stdin.readline()
    if line == "":
        terminal.end()
    verb, *values = json.loads(line)
    try:
        answer = VERBS[verb](*values)
    except (OSError, TimeoutError) as error:
        answer = {"error": str(error)}
    print(json.dumps(answer), flush=True)
