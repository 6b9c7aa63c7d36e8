"""A process that answers one measurement after another, so that a framework is loaded once; and processes with a time limit."""

import json
import os
import queue
import signal
import subprocess
import threading
import time


def end(process):
    """Ends a process and those that it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def run(command, limit, environment=None, processors=None):
    """Status, output and errors of a command; the status is "timeout" where it took longer than `limit` seconds."""
    affinity = (lambda: os.sched_setaffinity(0, processors)) if processors else None
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, preexec_fn=affinity
    )
    try:
        output, errors = process.communicate(timeout=limit)
        return process.returncode, output, errors
    except subprocess.TimeoutExpired:
        end(process)
        output, errors = process.communicate()
        return "timeout", output, errors


class Missing(Exception):
    """The framework cannot be loaded."""


class Server:
    def __init__(self, command):
        self.command, self.process, self.lines, self.missing = command, None, None, None

    def start(self, limit):
        self.process = subprocess.Popen(
            [*self.command, "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        lines, errors = queue.Queue(), []
        self.lines, self.errors = lines, errors

        def read(stream, put):
            for line in stream:
                put(line)
            put(None)

        threading.Thread(target=read, args=(self.process.stdout, lines.put), daemon=True).start()
        threading.Thread(target=read, args=(self.process.stderr, errors.append), daemon=True).start()
        try:
            first = lines.get(timeout=limit)
        except queue.Empty:
            self.stop()
            raise TimeoutError(f"did not start within {limit:.0f} s")
        if first is None:
            self.stop()
            time.sleep(0.1)
            said = [line.strip() for line in errors if line and line.strip()]
            self.missing = said[-1] if said else "ended at once"
            raise Missing(self.missing)

    def ask(self, request, limit):
        """The answer to a request; `{"error": …}` where there is none within `limit` seconds.

        Raises `Missing` where the framework cannot be loaded, whenever it is asked.
        """
        if self.missing:
            raise Missing(self.missing)
        deadline = time.monotonic() + limit
        try:
            if self.process is None:
                self.start(limit)
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()
            line = self.lines.get(timeout=max(deadline - time.monotonic(), 0.1))
        except queue.Empty:
            self.stop()
            return {"error": f"no answer within {limit:.0f} s"}
        except (TimeoutError, BrokenPipeError) as error:
            self.stop()
            return {"error": str(error)}
        if line is None:
            status = self.process.wait()
            self.stop()
            return {"error": f"the process ended with status {status}"}
        return json.loads(line)

    def stop(self):
        if self.process is not None:
            end(self.process)
            self.process = None
