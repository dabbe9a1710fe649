"""A newcomer types `make run`: it works, or one sentence says what is missing."""

import ast
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import dev

SOURCE = Path(dev.__file__)
MANAGE = """
import http.server, sys

class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *words):
        pass

if sys.argv[1] == "demo_people":
    print("Field officer, Bria")
if sys.argv[1] == "runserver":
    http.server.HTTPServer(("127.0.0.1", int(sys.argv[-1].split(":")[1])), Page).serve_forever()
"""


@pytest.fixture
def port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A small house with dev.py in it: an empty lock, and a manage.py that answers /healthz."""
    shutil.copy(SOURCE, tmp_path / "dev.py")
    (tmp_path / "manage.py").write_text(MANAGE)
    (tmp_path / "requirements.lock").write_text("# nothing\n")
    return tmp_path


@pytest.fixture
def furnished(house: Path) -> Path:
    """The same house with its environment installed."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", house / ".venv"], check=True)
    stamp = subprocess.run(
        [sys.executable, "-c", "import dev; print(dev.stamp_of(dev.RUNTIME_LOCK), end='')"],
        cwd=house,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    (house / ".venv" / "requirements.lock.installed").write_text(stamp)
    return house


def plain_environment(**extra: str) -> dict[str, str]:
    """The environment of somebody who has no uv."""
    return {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **extra}


def dev_py(house: Path, *words: str, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run dev.py to its end."""
    return subprocess.run(
        [sys.executable, house / "dev.py", *words],
        env=plain_environment(**extra),
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture
def serving(furnished: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """A demonstration that is up."""
    # A test run started in the background inherits an ignored interrupt and would hand it on.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [sys.executable, furnished / "dev.py", "run"],
        env=plain_environment(PORT=str(port)),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    # The server answers before the list of people is out; only the last line says that everything is up.
    while (line := process.stdout.readline()) and "Press Ctrl-C" not in line:
        pass
    yield process
    process.kill()
    process.communicate()


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def test_dev_parses_on_an_old_python_so_that_it_can_say_so():
    ast.parse(SOURCE.read_text(), feature_version=(3, 6))


def test_an_old_python_alone_is_told_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr(dev.sys, "version_info", (3, 8, 18))
    monkeypatch.setenv("PATH", "/nowhere")

    code = dev.main(["run"])

    said = capsys.readouterr().err
    assert code == 2
    assert "needs Python 3.11 or newer, and this is Python 3.8" in said
    assert "apt install python3.11" in said


def test_an_old_python_hands_over_to_a_newer_one(monkeypatch, tmp_path):
    newer = tmp_path / "python3.12"
    newer.write_text(f"#!/bin/sh\nexec {sys.executable} -c 'print(\"3.12\")'\n")
    newer.chmod(0o755)
    called = []
    monkeypatch.setattr(dev.sys, "version_info", (3, 8, 18))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(dev.os, "execv", lambda path, words: called.append([path, *words]))

    dev.insist_on_new_python(["run"])

    assert called == [[str(newer), str(newer), str(SOURCE), "run"]]


def test_a_python_that_does_not_start_is_passed_over(monkeypatch, tmp_path):
    broken = tmp_path / "python3.13"
    broken.write_text("#!/bin/sh\nexit 127\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert dev.newer_python() is None


def test_a_missing_venv_module_is_named_with_its_package(monkeypatch, capsys, tmp_path, port):
    monkeypatch.setattr(dev, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(dev, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("PORT", str(port))
    monkeypatch.setattr(dev.importlib.util, "find_spec", lambda name: None)

    code = dev.main(["run"])

    major, minor = sys.version_info[:2]
    assert code == 2
    assert f"apt install python{major}.{minor}-venv" in capsys.readouterr().err


def test_a_busy_port_is_named_with_another_to_try(house):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        busy = other.getsockname()[1]

        finished = dev_py(house, "run", PORT=str(busy))

    assert finished.returncode == 2
    assert f"Port {busy} is in use. Choose another: PORT=8123 make run" in finished.stderr


@pytest.mark.parametrize("odd", ["eighty", "0", "70000", "-1"])
def test_an_odd_port_is_refused(house, odd):
    finished = dev_py(house, "run", PORT=odd)

    assert finished.returncode == 2
    assert "PORT=8123 make run" in finished.stderr


def test_an_unknown_command_shows_the_ones_there_are(house):
    finished = dev_py(house, "dance")

    assert finished.returncode == 2
    assert "make run" in finished.stdout


@pytest.mark.slow
def test_a_failing_installer_is_quoted(house, port):
    (house / "requirements.lock").write_text(f"nothing-of-this-name==1.0 --hash=sha256:{'0' * 64}\n")
    nowhere = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1"}

    finished = dev_py(house, "run", PORT=str(port), **nowhere)

    assert finished.returncode == 2
    assert "The packages could not be installed. Is there a network?" in finished.stderr
    assert "nothing-of-this-name" in finished.stderr


def test_run_says_where_the_demonstration_is_and_who_is_in_it(furnished, port):
    finished = dev_py(furnished, "run", PORT=str(port), ONCE="1")

    assert finished.returncode == 0, finished.stderr
    assert "2/6 Packages are there" in finished.stdout
    assert f"Parley is at http://127.0.0.1:{port}" in finished.stdout
    assert "Field officer, Bria" in finished.stdout
    assert not answers(port)


def test_run_says_that_the_server_did_not_start(furnished, port):
    (furnished / "manage.py").write_text("import sys\nif sys.argv[1] == 'runserver': sys.exit('it fell')\n")

    finished = dev_py(furnished, "run", PORT=str(port))

    assert finished.returncode == 2
    assert "The server stopped before it answered" in finished.stderr
    assert "it fell" in finished.stderr


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_run_ends_cleanly_when_asked(serving, port, asked):
    assert answers(port)

    serving.send_signal(asked)
    said, _ = serving.communicate(timeout=20)

    assert serving.returncode == 0
    assert said.endswith("Stopped.\n")
    assert not answers(port)


def test_a_changed_lock_is_installed_again(furnished):
    (furnished / "requirements.lock").write_text("# something else\n")

    asked = subprocess.run(
        [sys.executable, "-c", "import dev; print(dev.is_installed(dev.RUNTIME_LOCK))"],
        cwd=furnished,
        capture_output=True,
        text=True,
        check=True,
    )

    assert asked.stdout == "False\n"


def test_the_matrix_of_access_is_asked_by_one_command(monkeypatch):
    called = []
    monkeypatch.setattr(dev, "prepare_for_development", lambda steps: None)
    monkeypatch.setattr(dev.subprocess, "call", lambda words, **where: called.append(words) or 0)

    assert dev.main(["test-access", "engagement:contact"]) == 0
    assert called == [[str(dev.PYTHON), "-m", "tests.access", "engagement:contact"]]
