"""The settings of the product, with what a test run needs in place of an installation's environment."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# Development mode needs no secret and serves static files as they lie; the test runner turns DEBUG off again.
os.environ.setdefault("PARLEY_DEBUG", "1")
# A busy machine is no fault of the product; tests/site/test_limits.py looks at the limits themselves.
os.environ.setdefault("PARLEY_DATABASE_LIMITS", "0")
for name in ("PARLEY_DEMO", "REDIS_URL", "EMAIL_HOST"):
    os.environ.pop(name, None)

from config.settings import *  # noqa: E402

# A line for each of some hundred thousand answers helps nobody to read what failed.
LOGGING["loggers"]["config"]["level"] = "WARNING"  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# WhiteNoise warns when nobody has collected static files, and a warning fails a test.
STATIC_ROOT.mkdir(exist_ok=True)  # noqa: F405

# Keys of identities that a test stores: on this disk for as long as the run.
VAULT_DIR = tempfile.mkdtemp(prefix="parley-vault-")
atexit.register(shutil.rmtree, VAULT_DIR, ignore_errors=True)

# What the log leaves outside of the database; a test that looks at it has a place of its own.
AUDIT_DIR = Path(tempfile.mkdtemp(prefix="parley-audit-"))
atexit.register(shutil.rmtree, AUDIT_DIR, ignore_errors=True)
