"""A real worker on a real Redis: the bell is heard, and a worker that dies loses nothing."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import redis

import dev

ROOT = Path(dev.__file__).parent
GIVEN = os.environ.get("REDIS_URL_TEST", "")
PATIENCE = 40

pytestmark = [
    pytest.mark.worker,
    pytest.mark.slow,
    pytest.mark.skipif(
        not GIVEN and not shutil.which("redis-server"),
        reason="needs Redis: install redis-server, or set REDIS_URL_TEST to a database that may be emptied",
    ),
]

TELL_AMINA = """
from django.utils import timezone
from accounts.models import User
from engagement.models import Notice
from engagement.services.noticing import notify
amina, _ = User.objects.get_or_create(username="amina", defaults={"name": "Amina", "email": "amina@mission.example"})
notify(users=[amina], kind=Notice.Kind.DECIDED, reference="R-2026-7F3K2", at=timezone.now())
"""


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory):
    if GIVEN:
        yield GIVEN
        return
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with running(command, env=os.environ, cwd=tmp_path_factory.mktemp("redis")):
        yield f"redis://127.0.0.1:{port}/0"


@pytest.fixture(scope="module")
def place(redis_url, tmp_path_factory):
    """Give a database file of its own and the environment that leads to it and to Redis."""
    database = tmp_path_factory.mktemp("database") / "parley.sqlite3"
    env = os.environ | {"PARLEY_DEBUG": "1", "DATABASE_URL": f"sqlite:///{database}", "REDIS_URL": redis_url}
    env.pop("DJANGO_SETTINGS_MODULE", None)
    env.pop("EMAIL_HOST", None)
    manage("migrate", "--verbosity", "0", env=env)
    return database, env


@pytest.fixture
def bell(redis_url):
    bell = redis.Redis.from_url(redis_url)
    wait_for(lambda: answers(bell))
    bell.flushdb()
    yield bell
    bell.close()


def test_the_worker_mails_a_notice_when_the_bell_rings(place, bell):
    database, env = place

    with worker(env):
        manage("shell", "--command", TELL_AMINA, env=env)

        wait_for(lambda: unsent(database) == 0)


def test_a_worker_killed_in_the_middle_loses_nothing(place, bell):
    database, env = place
    manage("shell", "--command", TELL_AMINA, env=env)

    with closing(sqlite3.connect(database, isolation_level=None)) as other, worker(env) as process:
        other.execute("BEGIN IMMEDIATE")
        wait_for(lambda: bell.llen("celery") == 0 and bell.hlen("unacked") == 1)
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE)
        other.execute("ROLLBACK")

    assert unsent(database) == 1
    manage("tick", env=env)
    assert unsent(database) == 0


def test_a_notice_is_kept_while_redis_is_away(place):
    database, env = place
    started = time.monotonic()

    manage("shell", "--command", TELL_AMINA, env=env | {"REDIS_URL": "redis://127.0.0.1:1/0"})

    assert time.monotonic() - started < PATIENCE
    assert unsent(database) == 1


def manage(*words, env):
    subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=env, check=True, capture_output=True, timeout=120
    )


@contextmanager
def worker(env):
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--pool", "solo", "--loglevel", "error"]
    with running([*command, "--without-mingle", "--without-gossip"], env=env, cwd=ROOT) as process:
        yield process


@contextmanager
def running(command, *, env, cwd):
    process = subprocess.Popen(command, cwd=cwd, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait(PATIENCE)


def wait_for(is_so):
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def answers(bell):
    try:
        return bell.ping()
    except redis.exceptions.ConnectionError:
        return False


def unsent(database):
    with closing(sqlite3.connect(database)) as reader:
        return reader.execute("SELECT COUNT(*) FROM engagement_notice WHERE mailed_at IS NULL").fetchone()[0]
