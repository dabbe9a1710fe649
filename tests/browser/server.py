"""A server of the demonstration for one worker: its own database, its own port, ended by its own process id."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
PATIENCE = 240


class DidNotStart(Exception):
    """The server or its database could not be made; the message holds what was said last."""


@dataclass(frozen=True)
class Loaded:
    """A database that holds the demonstration, to be copied by each worker."""

    folder: Path
    server: str = ""

    @property
    def url(self) -> str:
        """Return the address of the database."""
        return self.named("parley_journeys")

    def named(self, name: str) -> str:
        """Return the address of a database of that name, beside this one."""
        if not self.server:
            return f"sqlite:///{self.folder / name}.sqlite3"
        return urlunsplit(urlsplit(self.server)._replace(path=f"/{name}"))

    def copy(self, worker: str) -> str:
        """Copy it for one worker, and return the address of the copy."""
        name = f"parley_journeys_{worker}"
        if self.server:
            _run_sql(
                self.named("postgres"),
                f"DROP DATABASE IF EXISTS {name}",
                f"CREATE DATABASE {name} TEMPLATE parley_journeys",
            )
        else:
            shutil.copy(self.folder / "parley_journeys.sqlite3", self.folder / f"{name}.sqlite3")
        return self.named(name)

    def drop(self, worker: str) -> None:
        """Remove the copy of a worker."""
        if self.server:
            _run_sql(self.named("postgres"), f"DROP DATABASE IF EXISTS parley_journeys_{worker}")


def load_once(folder: Path) -> Loaded:
    """Load the demonstration into a fresh database, unless another worker of this run is at it or has done it."""
    address = os.environ.get("DATABASE_URL", "")
    loaded = Loaded(folder, address if address.startswith("postgres") else "")
    done, failed = folder / "loaded", folder / "not-loaded"
    try:
        (folder / "loading").touch(exist_ok=False)
    except FileExistsError:
        _wait_until(lambda: done.exists() or failed.exists(), "The demonstration was not loaded in time.")
    else:
        _load(loaded, done, failed)
    if failed.exists():
        raise DidNotStart(failed.read_text(encoding="utf-8"))
    return loaded


def _load(loaded: Loaded, done: Path, failed: Path) -> None:
    if loaded.server:
        _run_sql(loaded.named("postgres"), "DROP DATABASE IF EXISTS parley_journeys", "CREATE DATABASE parley_journeys")
    for words in (["compile_translations"], ["migrate", "--verbosity", "0"], ["load_demo"]):
        finished = subprocess.run(
            _manage(*words),
            cwd=ROOT,
            env=_environment(loaded.url),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if finished.returncode:
            failed.write_text(f"{' '.join(words)}: {finished.stdout}{finished.stderr}"[-3000:], encoding="utf-8")
            return
    if not loaded.server:
        _fold_the_journal(loaded.folder / "parley_journeys.sqlite3")
    done.touch()


def _fold_the_journal(path: Path) -> None:
    """Write what SQLite keeps beside the file into the file, so that copying the file copies everything."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def serving(database: str, log: Path) -> Iterator[str]:
    """Serve the demonstration on a free port, and yield its address."""
    port = _free_port()
    command = _manage("runserver", "--noreload", "--nostatic", f"{HOST}:{port}")
    with log.open("w", encoding="utf-8") as output:
        server = subprocess.Popen(
            command, cwd=ROOT, env=_environment(database), stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        try:
            address = f"http://{HOST}:{port}"
            _wait_until(lambda: server.poll() is not None or _is_healthy(address), f"{address} did not answer.")
            if server.poll() is not None:
                raise DidNotStart(log.read_text(encoding="utf-8")[-3000:])
            yield address
        finally:
            server.terminate()
            server.wait(timeout=20)


def _manage(*words: str) -> list[str]:
    return [sys.executable, str(ROOT / "manage.py"), *words]


def _environment(database: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"REDIS_URL", "DJANGO_SETTINGS_MODULE"}}
    return kept | {"DATABASE_URL": database, "PARLEY_DEMO": "1", "PYTHONUNBUFFERED": "1"}


def _run_sql(address: str, *statements: str) -> None:
    import psycopg2

    with closing(psycopg2.connect(address)) as connection:
        connection.autocommit = True
        for statement in statements:
            connection.cursor().execute(statement)


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _is_healthy(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def _wait_until(arrived, complaint: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not arrived():
        if time.monotonic() > deadline:
            raise DidNotStart(complaint)
        time.sleep(0.2)
