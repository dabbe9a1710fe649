"""Makes gunicorn write its log by the same closed list of keys as the pages do."""

from config import logs

logconfig_dict = logs.CONFIGURATION
