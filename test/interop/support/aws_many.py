"""Runs several commands of the AWS CLI in one process: starting it costs more than a command does.

Takes a JSON array of argument lists; prints a JSON array of what each command ended with.
"""

import contextlib
import io
import json
import sys

from awscli.clidriver import create_clidriver


def run(argv):
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2)]
    with contextlib.redirect_stdout(streams[0]), contextlib.redirect_stderr(streams[1]):
        exit_code = create_clidriver().main(argv)
    for stream in streams:
        stream.flush()
    stdout, stderr = (stream.buffer.getvalue().decode("utf-8") for stream in streams)
    return {"stdout": stdout, "stderr": stderr, "exitCode": exit_code}


json.dump([run(argv) for argv in json.loads(sys.argv[1])], sys.stdout)
