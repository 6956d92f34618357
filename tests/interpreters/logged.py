"""Run the commands of a build, with their output in a log file."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


class BuildError(Exception):
    """A step of the build failed; the message is one line: what, and what to do."""


class Log:
    """A log file to which commands write; begun anew with each build."""

    def __init__(self, path: Path) -> None:
        """Begin the log, dropping what an earlier build wrote there."""
        self.path = path
        path.write_text("")

    def run(
        self,
        command: Sequence[str],
        *,
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Run a command to its end. Raises BuildError that names the log unless it ends with 0."""
        with self.path.open("a") as log:
            print("$", *command, file=log, flush=True)
            try:
                status = subprocess.run(
                    command,
                    cwd=folder,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    check=False,
                ).returncode
            except OSError as error:
                raise BuildError(f"{command[0]} cannot be run: {error}") from error
        if status != 0:
            raise BuildError(f"{command[0]} ended with {status}; see {self.path}")
