"""The Celery application; without REDIS_URL every task runs at once in the calling process."""

import os
from logging.config import dictConfig
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging

from config import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("parley")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(related_name="notices")
app.conf.beat_schedule = {"tick": {"task": "engagement.tasks.tick", "schedule": crontab(minute="*/5")}}


@setup_logging.connect
def write_the_log_by_the_list(**options: Any) -> None:
    """Keep Celery from writing arguments and messages of exceptions: a worker's log has the same keys as a page's."""
    dictConfig(logs.CONFIGURATION)
