"""The WSGI entry point, shared by the demo server and gunicorn."""

import os
from wsgiref.simple_server import ServerHandler

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# The server of the demonstration would tell its version and Python's with every answer; gunicorn tells none.
ServerHandler.server_software = "Parley"

application = get_wsgi_application()

from config.demo_mode import refuse_to_start_on_real_data  # noqa: E402  (needs the loaded apps)

refuse_to_start_on_real_data()
