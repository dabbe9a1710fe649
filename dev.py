#!/usr/bin/env python3
"""Set Parley up and run it, test it or check it, with nothing but Python and its venv module.

This file parses on Python 3.6, so that an old Python can say that it is too old.
"""

import hashlib
import http.client
import importlib.util
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Dict, List, NoReturn, Optional, Sequence, Tuple

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
OLDEST = (3, 11)
NEWEST_TO_LOOK_FOR = 16
HOST = "127.0.0.1"
RUNTIME_LOCK = ROOT / "requirements.lock"
DEV_LOCK = ROOT / "requirements-dev.lock"
SERVER_LOG = ROOT / "var" / "server.log"

HELP = """\
make run         create the demonstration and serve it at http://127.0.0.1:8000 (PORT=8123 for another port)
make test        run the test suite (ARGS="-k word" for a part of it)
make test-access who may see and do what: every address, by every role, about every kind of record
make format      put source and templates into the format that make check asks for
make check       format, lint, imports, types, migrations, templates, translations
make nightly     the long proofs that make test and make browser leave out
make browser     the journeys through Chromium (ARGS as above)
make bench       how fast the risk module is on this machine
make messages    gather the texts to translate into locale/ (needs gettext)
make lock        pin new versions of the packages (needs uv)
make manage      a management command: make manage ARGS="showmigrations"

Without make: python3 dev.py run, python3 dev.py test, and so on."""


class Trouble(Exception):
    """Something is missing or in the way; the message says what, and how to mend it."""


class Stopped(Exception):
    """The process was asked to end."""


class Steps:
    """Numbered lines of progress, each with the seconds that it took."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.number = 0

    def run(self, title: str, command: Sequence[Any], hint: str, **kwargs: Any) -> None:
        """Run a command quietly; raise Trouble with the hint and the end of its output if it fails."""
        began = self.begin(title)
        finished = run_quietly(command, **kwargs)
        if finished.returncode:
            say(" failed")
            raise Trouble(hint + "\n" + tail(finished.stdout))
        self.end(began)

    def begin(self, title: str) -> float:
        """Print the next number and its title, and return the time."""
        self.number += 1
        say("{}/{} {} ...".format(self.number, self.total, title), end="")
        return time.monotonic()

    def end(self, began: float) -> None:
        """Print the seconds since `began`."""
        say(" {:.1f} s".format(time.monotonic() - began))


def say(text: str, end: str = "\n") -> None:
    """Print at once, also into a pipe."""
    print(text, end=end, flush=True)


def tail(output: Optional[str], lines: int = 15) -> str:
    """Return the last lines of a command's output, indented."""
    return "\n".join("    " + line for line in (output or "").strip().splitlines()[-lines:])


def run_quietly(command: Sequence[Any], **kwargs: Any) -> "subprocess.CompletedProcess[str]":
    """Run a command with both of its outputs kept for later."""
    return subprocess.run(
        [str(part) for part in command],
        cwd=str(ROOT),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
        **kwargs,
    )


# ---- Python ----


def version_of(python: str) -> Tuple[int, ...]:
    """Return the version of an interpreter, or (0, 0) when it does not start."""
    question = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run(
            [python, "-c", question], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=20
        ).stdout.decode()
    except (OSError, subprocess.SubprocessError):
        return (0, 0)
    found = re.match(r"(\d+)\.(\d+)$", answer.strip())
    return tuple(int(part) for part in found.groups()) if found else (0, 0)


def newer_python() -> Optional[str]:
    """Return the path of the oldest sufficient python3.x on PATH, if there is one."""
    for minor in range(OLDEST[1], NEWEST_TO_LOOK_FOR):
        path = shutil.which("python3.{}".format(minor))
        if path and version_of(path) >= OLDEST:
            return path
    return None


def insist_on_new_python(argv: List[str]) -> None:
    """Go on with a newer Python when this one is too old, or say that one is needed."""
    if sys.version_info[:2] >= OLDEST:
        return
    python = newer_python()
    if python is None:
        raise Trouble(
            "Parley needs Python 3.11 or newer, and this is Python {}.{}. Install one, for example with"
            " `sudo apt install python3.11 python3.11-venv` or from python.org, and run this again.".format(
                *sys.version_info[:2]
            )
        )
    say("Python {}.{} is too old; going on with {}".format(sys.version_info[0], sys.version_info[1], python))
    os.execv(python, [python, str(ROOT / "dev.py"), *argv])


# ---- Packages ----


def uv() -> Optional[str]:
    """Return the path of uv, which installs faster than pip, if it is there."""
    return shutil.which("uv")


def stamp_of(lock: Path) -> str:
    """Return what the stamp holds when the packages of a lock are installed in this environment."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    return "{} python{}.{}".format(digest, *version_of(str(PYTHON)))


def stamp_file(lock: Path) -> Path:
    """Return the file that says which version of a lock is installed."""
    return VENV / (lock.name + ".installed")


def is_installed(lock: Path) -> bool:
    """Tell whether the environment starts and holds exactly the packages of this lock."""
    stamp = stamp_file(lock)
    return stamp.exists() and stamp.read_text() == stamp_of(lock)


def install(steps: Steps, lock: Path) -> None:
    """Create the environment and install the packages of a lock, unless that was done before."""
    if is_installed(lock):
        steps.end(steps.begin("Environment is there"))
        steps.end(steps.begin("Packages are there"))
        return
    create_environment(steps)
    count = sum(1 for line in lock.read_text().splitlines() if "==" in line)
    steps.run(
        "Install {} packages".format(count),
        install_command(lock),
        "The packages could not be installed. Is there a network? What the installer said last:",
        env=environment(UV_PYTHON_DOWNLOADS="never"),
    )
    stamp_file(lock).write_text(stamp_of(lock))


def create_environment(steps: Steps) -> None:
    """Create .venv if it is missing, does not start or is too old."""
    if version_of(str(PYTHON)) >= OLDEST:
        steps.end(steps.begin("Environment is there"))
        return
    insist_on_venv()
    shutil.rmtree(str(VENV), ignore_errors=True)
    tool = uv()
    command = [tool, "venv", "--python", sys.executable] if tool else [sys.executable, "-m", "venv"]
    steps.run(
        "Create the environment .venv",
        [*command, str(VENV)],
        "The environment could not be created. What Python said last:",
        env=environment(UV_PYTHON_DOWNLOADS="never"),
    )


def insist_on_venv() -> None:
    """Raise Trouble when neither uv nor Python's own venv module can make an environment."""
    if uv() or (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        return
    raise Trouble(
        "Python's venv module is missing. Install it, on Debian with `sudo apt install python{}.{}-venv`,"
        " and run this again.".format(*sys.version_info[:2])
    )


def install_command(lock: Path) -> List[str]:
    """Return the command that installs exactly what the lock pins, each package checked by its hash."""
    options = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", str(lock)]
    tool = uv()
    if tool:
        return [tool, "pip", "install", "--python", str(PYTHON), *options]
    if run_quietly([PYTHON, "-m", "pip", "--version"]).returncode:
        run_quietly([PYTHON, "-m", "ensurepip"])
    return [str(PYTHON), "-m", "pip", "install", "--no-input", "--disable-pip-version-check", *options]


# ---- Commands ----


def environment(**extra: str) -> Dict[str, str]:
    """Return this process's environment with something added."""
    return dict(os.environ, PYTHONUNBUFFERED="1", **extra)


def manage(*words: str) -> List[str]:
    """Return the command line of a management command."""
    return [str(PYTHON), str(ROOT / "manage.py"), *words]


def run(arguments: List[str]) -> int:
    """Install, create the demonstration and serve it until it is stopped."""
    port = chosen_port()
    insist_on_free_port(port)
    demo = environment(PARLEY_DEMO="1")
    steps = Steps(6)
    install(steps, RUNTIME_LOCK)
    steps.run(
        "Compile translations",
        manage("compile_translations"),
        "The translations could not be compiled. What was said last:",
        env=demo,
    )
    steps.run(
        "Prepare the database",
        manage("migrate", "--verbosity", "0"),
        "The database could not be brought up to date. To begin again with an empty demonstration, delete"
        " var/parley.sqlite3 and run this again. What was said last:",
        env=demo,
    )
    steps.run(
        "Load the demonstration",
        manage("load_demo"),
        "The demonstration could not be loaded. What was said last:",
        env=demo,
    )
    return serve(steps, port, demo)


def chosen_port() -> int:
    """Return the port that PORT names, or 8000."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise Trouble("PORT is {!r}. Give a number from 1024 to 65535: PORT=8123 make run".format(text))
    return int(text)


def insist_on_free_port(port: int) -> None:
    """Raise Trouble when something else listens on the port, or it may not be opened."""
    other = 8123 if port != 8123 else 8124
    with socket.socket() as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise Trouble(
                "Port {} is for administrators only. Choose another: PORT={} make run".format(port, other)
            ) from None
        except OSError:
            raise Trouble("Port {} is in use. Choose another: PORT={} make run".format(port, other)) from None


def serve(steps: Steps, port: int, demo: Dict[str, str]) -> int:
    """Serve the demonstration, say where it is once it answers, and end when asked to."""
    signal.signal(signal.SIGTERM, stop)
    began = steps.begin("Start the server")
    SERVER_LOG.parent.mkdir(exist_ok=True)
    with SERVER_LOG.open("w") as log:
        server = subprocess.Popen(
            manage("runserver", "--noreload", "--nostatic", "{}:{}".format(HOST, port)),
            cwd=str(ROOT),
            env=demo,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_it_answers(server, port)
        steps.end(began)
        introduce(port, demo)
        if os.environ.get("ONCE") != "1":
            server.wait()
            raise Trouble("The server stopped by itself. What it said last:\n" + tail(SERVER_LOG.read_text()))
    except (KeyboardInterrupt, Stopped):
        say("\nStopped.")
    finally:
        end(server)
    return 0


def stop(*_: Any) -> NoReturn:
    """Turn the signal to terminate into an orderly end."""
    raise Stopped


def wait_until_it_answers(server: "subprocess.Popen[bytes]", port: int, seconds: int = 60) -> None:
    """Return when /healthz answers 200; raise Trouble when the server ends or stays silent."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise Trouble("The server stopped before it answered. What it said last:\n" + tail(SERVER_LOG.read_text()))
        if is_healthy(port):
            return
        time.sleep(0.1)
    raise Trouble("The server did not answer at http://{}:{}/healthz within {} s.".format(HOST, port, seconds))


def is_healthy(port: int) -> bool:
    """Tell whether /healthz answers 200."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        answer.read()
        return answer.status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def introduce(port: int, demo: Dict[str, str]) -> None:
    """Print the address and the people of the demonstration."""
    say("\nParley is at http://{}:{}\n".format(HOST, port))
    subprocess.call(manage("demo_people"), cwd=str(ROOT), env=demo, stderr=subprocess.DEVNULL)
    say("\nRequests and errors are written to {}. Press Ctrl-C to stop.".format(SERVER_LOG.relative_to(ROOT)))


def end(server: "subprocess.Popen[bytes]") -> None:
    """End the server, by force if it does not go in five seconds."""
    if server.poll() is None:
        server.terminate()
    try:
        server.wait(timeout=5)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def test(arguments: List[str]) -> int:
    """Run the test suite on two cores; browser journeys and the proofs of the night are left out."""
    return pytest(["-n", "2", *arguments])


def access(arguments: List[str]) -> int:
    """Ask the whole permission matrix; its closing line is the last."""
    prepare_for_development(Steps(3))
    return subprocess.call([str(PYTHON), "-m", "tests.access", *arguments], cwd=str(ROOT), env=environment())


def nightly(arguments: List[str]) -> int:
    """Run the proofs that take too long for every change; one of them needs Chromium."""
    return pytest(["-m", "nightly", "-n", "2", *arguments])


def browser(arguments: List[str]) -> int:
    """Run the journeys through Chromium."""
    return pytest(["-m", "browser and not nightly", "-n", "2", *arguments])


def pytest(arguments: List[str]) -> int:
    """Install what tests need and run pytest, whose closing line is the last."""
    prepare_for_development(Steps(3))
    return subprocess.call([str(PYTHON), "-m", "pytest", *arguments], cwd=str(ROOT), env=environment())


def prepare_for_development(steps: Steps) -> None:
    """Install the packages of developers and compile the translations."""
    install(steps, DEV_LOCK)
    steps.run(
        "Compile translations",
        manage("compile_translations"),
        "The translations could not be compiled. What was said last:",
        env=environment(PARLEY_DEBUG="1"),
    )


def check(arguments: List[str]) -> int:
    """Run every check, show what fails, and go on to the next."""
    with tempfile.TemporaryDirectory() as scratch:
        settings = {"PARLEY_DEBUG": "1", "DATABASE_URL": "sqlite://{}/check.sqlite3".format(scratch)}
        checks = [
            ("Format", tool("ruff", "format", "--check", ".")),
            ("Lint", tool("ruff", "check", ".")),
            ("Imports point down", tool("lint-imports", "--no-cache")),
            ("Types", tool("mypy")),
            ("Templates", tool("djhtml", "--check", "--tabwidth", "2", "templates")),
            ("Migrations", manage("makemigrations", "--check", "--dry-run")),
            ("Settings and models", manage("check")),
            ("Translations", manage("check_translations")),
        ]
        real = ("Ready for real records", manage("check", "--deploy", "--fail-level", "WARNING"))
        steps = Steps(4 + len(checks))
        prepare_for_development(steps)
        failed = [title for title, command in checks if not passes(steps, title, command, settings)]
        failed += [real[0]] if not passes(steps, *real, settings={**settings, **settings_for_real_records()}) else []
    say("Failed: " + ", ".join(failed) if failed else "All checks pass.")
    return 1 if failed else 0


def settings_for_real_records() -> Dict[str, str]:
    """Return the environment of an installation that has everything it needs, with keys that nobody keeps."""
    keys = ("PARLEY_SECRET_KEY", "PARLEY_VAULT_KEY", "PARLEY_AUDIT_KEY", "PARLEY_AUDIT_SIGNING_KEY")
    rest = {"PARLEY_DEBUG": "0", "PARLEY_DEMO": "0", "PARLEY_TRUSTED_ORIGINS": "https://parley.example"}
    return {**rest, **{key: secrets.token_urlsafe(48) for key in keys}}


def format_source(arguments: List[str]) -> int:
    """Put source and templates into the one format of the house."""
    install(Steps(2), DEV_LOCK)
    commands = [
        tool("ruff", "check", "--fix-only", "--quiet", "."),
        tool("ruff", "format", "--quiet", "."),
        tool("djhtml", "--tabwidth", "2", "templates"),
    ]
    for command in commands:
        subprocess.call(command, cwd=str(ROOT))
    return 0


def tool(name: str, *words: str) -> List[str]:
    """Return the command line of a tool in the environment."""
    return [str(BIN / name), *words]


def passes(steps: Steps, title: str, command: List[str], settings: Dict[str, str]) -> bool:
    """Run one check; print its output only when it fails."""
    began = steps.begin(title)
    finished = run_quietly(command, env=environment(**settings))
    if finished.returncode:
        say(" failed\n" + finished.stdout.rstrip() + "\n")
        return False
    steps.end(began)
    return True


def bench(arguments: List[str]) -> int:
    """Measure the risk module on this machine."""
    install(Steps(2), RUNTIME_LOCK)
    return subprocess.call([str(PYTHON), "-m", "bench.run", *arguments], cwd=str(ROOT), env=environment())


def messages(arguments: List[str]) -> int:
    """Gather the texts of source and templates into the French catalogue."""
    if not shutil.which("xgettext") or not shutil.which("msgmerge"):
        raise Trouble("Gathering texts needs gettext. Install it with `sudo apt install gettext` and run this again.")
    install(Steps(2), RUNTIME_LOCK)
    left_out = [word for folder in ("tests", "bench", "docs", "var", "dev.py") for word in ("--ignore", folder)]
    command = manage("makemessages", "--locale", "fr", "--no-wrap", "--add-location", "file", "--no-obsolete")
    return subprocess.call(command + left_out, cwd=str(ROOT), env=environment(PARLEY_DEBUG="1"))


def lock(arguments: List[str]) -> int:
    """Pin the newest versions that pyproject.toml allows, by hash and without the name of any host."""
    if not uv():
        raise Trouble("Pinning versions needs uv. Install it and run this again.")
    common = [
        "uv",
        "pip",
        "compile",
        "pyproject.toml",
        "--universal",
        "--python-version",
        "3.11",
        "--upgrade",
        "--quiet",
    ]
    common += [
        "--generate-hashes",
        "--no-emit-index-url",
        "--no-annotate",
        "--custom-compile-command",
        "make lock",
    ]
    for target, extra in (
        (RUNTIME_LOCK, []),
        (DEV_LOCK, ["--group", "dev", "--constraint", str(RUNTIME_LOCK)]),
    ):
        code = subprocess.call(common + extra + ["--output-file", target.name], cwd=str(ROOT))
        if code:
            return code
    return 0


def manage_command(arguments: List[str]) -> int:
    """Run a management command on the demonstration."""
    install(Steps(2), RUNTIME_LOCK)
    return subprocess.call(manage(*arguments), cwd=str(ROOT), env=environment(PARLEY_DEMO="1"))


COMMANDS = {
    "run": run,
    "test": test,
    "test-access": access,
    "nightly": nightly,
    "format": format_source,
    "check": check,
    "browser": browser,
    "bench": bench,
    "messages": messages,
    "lock": lock,
    "manage": manage_command,
}


def main(argv: List[str]) -> int:
    """Run the command that was asked for; say in one sentence what is missing when it cannot run."""
    if not argv or argv[0] not in COMMANDS:
        say(HELP)
        return 0 if not argv or argv[0] in ("help", "-h", "--help") else 2
    try:
        insist_on_new_python(argv)
        return COMMANDS[argv[0]](argv[1:])
    except Trouble as trouble:
        print("\n{}".format(trouble), file=sys.stderr, flush=True)
        return 2
    except KeyboardInterrupt:
        say("\nStopped.")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
