"""Runs a command on a pseudo-terminal of its own: keys come from standard input, what it shows goes to standard output."""

import fcntl
import os
import pty
import select
import struct
import sys
import termios

rows, columns = 40, 100

child, master = pty.fork()
if child == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

sources = [master, sys.stdin.fileno()]
while master in sources:
    for source in select.select(sources, [], [])[0]:
        try:
            data = os.read(source, 65536)
        except OSError:  # Linux says so when the other side of a pseudo-terminal is closed.
            data = b""
        if not data:
            sources.remove(source)
        elif source == master:
            os.write(sys.stdout.fileno(), data)
        else:
            os.write(master, data)

sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
