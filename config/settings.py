"""Settings of Parley; everything that differs between installations comes from the environment."""

import os
from datetime import timedelta
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from config import environment, headers, logs

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
VAR_DIR.mkdir(exist_ok=True)

# Demo mode offers one-click sign-in; it starts only on a database that holds nothing but demo data.
DEMO = environment.flag("PARLEY_DEMO", default=False)
DEBUG = environment.flag("PARLEY_DEBUG", default=False)
SECRET_KEY = environment.secret(
    "PARLEY_SECRET_KEY", needed=not (DEMO or DEBUG), default="demonstration-only-never-used-with-real-records"
)
# Identities of sources: the key that wraps their keys, the one before it while keys are wrapped anew, and where the
# wrapped keys stand, apart from the database and from its backups (docs/explanation/sources-and-identities.md).
VAULT_KEY = environment.secret(
    "PARLEY_VAULT_KEY", needed=not (DEMO or DEBUG), default="demonstration-only-never-wraps-a-real-key"
)
VAULT_KEY_FORMER = environment.secret("PARLEY_VAULT_KEY_FORMER", needed=False, default="")
VAULT_DIR = os.environ.get("PARLEY_VAULT_DIR") or VAR_DIR / "vault"
# The log is vouched for and signed by keys that stand outside the database, and witnessed by a file outside of it.
AUDIT_KEY = environment.secret(
    "PARLEY_AUDIT_KEY", needed=not (DEMO or DEBUG), default="demonstration-only-never-vouches-for-real-records"
)
AUDIT_SIGNING_KEY = environment.secret(
    "PARLEY_AUDIT_SIGNING_KEY", needed=not (DEMO or DEBUG), default="demonstration-only-never-signs-real-records"
)
AUDIT_RETIRED_KEYS = environment.words("PARLEY_AUDIT_RETIRED_KEYS")
AUDIT_DIR = Path(os.environ.get("PARLEY_AUDIT_DIR") or VAR_DIR / "audit")
ALLOWED_HOSTS = environment.words("PARLEY_ALLOWED_HOSTS") or ["127.0.0.1", "localhost"]
CSRF_TRUSTED_ORIGINS = environment.words("PARLEY_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "guardian",
    "rest_framework",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "audit",
    "accounts",
    "missions",
    "nsags",
    "protection",
    "engagement",
    "dashboards",
    "config",
]

MIDDLEWARE = [
    "config.middleware.SecureHeaders",
    "csp.middleware.CSPMiddleware",
    "config.middleware.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.NoNoughtBytes",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "config.middleware.StatedOrigin",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.Sessions",
    "accounts.middleware.SignInRequired",
    "accounts.middleware.OwnLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "missions.middleware.RequestAccess",
    "config.watch.Watched",
    "config.emergency.ReadOnlyInEmergency",
    "config.middleware.BusyDatabase",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "config.form_renderer.ParleyRenderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "config.ui_tags"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.chrome.chrome",
            ],
        },
    }
]

DATABASES = {
    "default": environment.database(
        os.environ.get("DATABASE_URL", ""),
        sqlite_path=VAR_DIR / "parley.sqlite3",
        # A page that waits holds up the next person's; changing tables may take as long as it needs.
        limited=environment.flag("PARLEY_DATABASE_LIMITS", default=True),
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
ANONYMOUS_USER_NAME = None
# Permissions are read through missions.access, never through user.has_perm, so guardian's backend is not wanted.
# Axes counts in accounts.services, which answers by itself, so its middleware is not wanted.
SILENCED_SYSTEM_CHECKS = ["guardian.W001", "axes.W002"]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "engagement:work"
LOGOUT_REDIRECT_URL = "accounts:sign_in"
CSRF_FAILURE_VIEW = "accounts.views.entering.expired_form"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 14}},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "name", "function", "email"]},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
# The link that a new person is handed works for three days, and once.
PASSWORD_RESET_TIMEOUT = 3 * 24 * 60 * 60

# Wrong second factors and codes used up are counted in the database, so that no restart forgets them.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
AXES_HANDLER = "accounts.throttling.Throttle"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_USERNAME_CALLABLE = "accounts.throttling.digest_of_name"
AXES_CLIENT_IP_CALLABLE = "accounts.throttling.digest_of_address"
AXES_RESET_ON_SUCCESS = True
# Tries that are not looked at do not lengthen the wait, or anybody could keep anybody out for good.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = {"login_failed": "5/15m/key"}
# How many proxies of ours stand between a browser and the process, and may be believed about the browser's address.
ALLAUTH_TRUSTED_PROXY_COUNT = environment.number("PARLEY_PROXIES", default=0)
MFA_ADAPTER = "accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_PERIOD = 30
# Clocks of phones differ: the codes before and after count as well, each of them once.
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO or DEBUG

# Another sign-in of the house, by OpenID Connect: it opens accounts that exist, and asks for the second factor too.
OIDC_SERVER_URL = os.environ.get("PARLEY_OIDC_SERVER_URL", "")
OIDC_NAME = (os.environ.get("PARLEY_OIDC_NAME") or "OpenID Connect") if OIDC_SERVER_URL else ""
if OIDC_SERVER_URL:
    INSTALLED_APPS += ["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"]
    SOCIALACCOUNT_ADAPTER = "accounts.provider.ProviderAdapter"
    SOCIALACCOUNT_LOGIN_ON_GET = False
    SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX = "sign-in/provider"
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": OIDC_NAME,
                    "client_id": os.environ.get("PARLEY_OIDC_CLIENT_ID", ""),
                    "secret": environment.secret("PARLEY_OIDC_CLIENT_SECRET", needed=True, default=""),
                    "settings": {"server_url": OIDC_SERVER_URL},
                }
            ],
        }
    }

SESSION_COOKIE_SECURE = not (DEMO or DEBUG)
# Browsers take this prefix from this very host over HTTPS only, so no neighbour can plant a cookie of that name.
COOKIE_PREFIX = "__Host-" if SESSION_COOKIE_SECURE else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}parley_session"
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
# Strict keeps the cookie at home when a link elsewhere leads here. A provider's answer is such a link.
SESSION_COOKIE_SAMESITE = "Lax" if OIDC_SERVER_URL else "Strict"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}parley_csrf"
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if not (DEMO or DEBUG) else None
SECURE_SSL_REDIRECT = not (DEMO or DEBUG)
# Whoever asks whether the process is up asks from the same machine.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 0 if DEMO or DEBUG else 2 * 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_HEADERS = headers.EVERYWHERE
CONTENT_SECURITY_POLICY = headers.content_policy(sign_in_at=headers.origins(OIDC_SERVER_URL))
LOGGING = logs.CONFIGURATION
DEFAULT_EXCEPTION_REPORTER_FILTER = "config.logs.NoValues"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "parley_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEMO or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEMO or DEBUG

EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if os.environ.get("EMAIL_HOST")
    else "django.core.mail.backends.locmem.EmailBackend"
)
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
# Where nothing leaves the house, notices wait for the day on which there is a server; a demonstration only pretends.
SENDS_MAIL = bool(EMAIL_HOST) or DEMO or DEBUG
DEFAULT_FROM_EMAIL = os.environ.get("PARLEY_MAIL_FROM", "parley@localhost")

REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "PAGE_SIZE": 25,
}

# Redis is only the doorbell: what must be sent stands in the database (engagement.Notice).
REDIS_URL = os.environ.get("REDIS_URL", "")
CELERY_BROKER_URL = REDIS_URL or "memory://localhost"
CELERY_TASK_ALWAYS_EAGER = not REDIS_URL
CELERY_TASK_EAGER_PROPAGATES = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "socket_timeout": 3,
    "socket_connect_timeout": 1,
    "max_retries": 0,
}
