"""What stands in the root of the repository agrees with itself."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

import dev

ROOT = Path(dev.__file__).parent
LOCKS = ["requirements.lock", "requirements-dev.lock"]
PINNED = re.compile(r"^([a-z0-9._-]+)==(\S+)", re.MULTILINE)


def read(name: str) -> str:
    return (ROOT / name).read_text()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host(lock):
    assert "://" not in read(lock)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_every_package_by_hash(lock):
    entries = re.sub(r"\\\n\s*", "", read(lock)).splitlines()
    packages = [entry for entry in entries if entry and not entry.startswith("#")]

    assert packages
    assert [entry for entry in packages if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_developers_run_the_very_packages_of_an_installation():
    runtime, development = (dict(PINNED.findall(read(lock))) for lock in LOCKS)

    assert runtime.items() <= development.items()


def test_every_dependency_is_pinned():
    project = tomllib.loads(read("pyproject.toml"))
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["dev"]

    names = {re.split(r"[>=<[]", requirement)[0] for requirement in wanted}

    assert names <= dict(PINNED.findall(read("requirements-dev.lock"))).keys()


def test_every_dependency_has_a_reason():
    lines = re.findall(r'^    "[a-z][a-z0-9-]*>=.*$', read("pyproject.toml"), re.MULTILINE)

    assert lines
    assert [line for line in lines if not re.search(r'",\s+# \w', line)] == []


def test_the_example_environment_names_every_variable_that_is_read():
    settings = read("config/settings.py")
    read_by_settings = re.findall(r'environment\.\w+\(\s*"([A-Z_]+)"', settings)
    read_by_settings += re.findall(r'environ(?:\.get\(|\[)"([A-Z_]+)"', settings)
    read_by_compose = re.findall(r"\$\{([A-Z_]+)", read("docker-compose.yml"))

    named = set(re.findall(r"^([A-Z_]+)=", read(".env.example"), re.MULTILINE))

    assert named == {*read_by_settings, *read_by_compose}


def test_the_example_environment_holds_no_secret():
    secrets = re.findall(r"^(\w*(?:SECRET|PASSWORD)\w*)=(.*)$", read(".env.example"), re.MULTILINE)

    assert secrets
    assert [name for name, value in secrets if value] == []


def test_make_offers_what_dev_can_do():
    offered = re.search(r"^\.PHONY: help (.+)$", read("Makefile"), re.MULTILINE)

    assert offered
    assert set(offered[1].split()) == set(dev.COMMANDS)
    assert all(f"make {command} " in dev.HELP for command in dev.COMMANDS)


def test_compose_opens_ports_on_this_machine_only():
    ports = re.findall(r'^\s+- "([^"]+:\d+)"$', read("docker-compose.yml"), re.MULTILINE)

    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_compose_holds_no_secret():
    compose = read("docker-compose.yml")

    given = re.findall(r"(?:SECRET_KEY|PASSWORD): (.+)$", compose, re.MULTILINE)

    assert given
    assert all(re.fullmatch(r"\$\{[A-Z_]+:-\}", value) for value in given)


def test_compose_file_is_understood():
    if not shutil.which("docker") or subprocess.run(["docker", "compose", "version"], capture_output=True).returncode:
        pytest.skip("docker compose does not answer on this machine")

    asked = subprocess.run(["docker", "compose", "config", "--quiet"], cwd=ROOT, capture_output=True, text=True)

    assert asked.returncode == 0, asked.stderr


def test_the_proof_for_a_new_machine_is_a_sound_script():
    script = ROOT / ".ci" / "run"

    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", script], capture_output=True).stderr == b""
