"""The Celery application; without REDIS_URL every task runs at once in the calling process."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("parley")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(related_name="notices")
app.conf.beat_schedule = {"tick": {"task": "engagement.tasks.tick", "schedule": crontab(minute="*/5")}}
