"""One settings file. Everything that differs between machines comes from the environment;
secrets may also come from a file named by `<NAME>_FILE`. A missing secret fails loudly."""

from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environ import FileAwareEnv
from environ.fileaware_mapping import FileAwareMapping


class Trimmed(FileAwareMapping):
    """Editors and `echo` end a file with a new line, which is no part of a secret."""

    def __getitem__(self, key):
        return super().__getitem__(key).strip()


env = FileAwareEnv()
env.ENVIRON = Trimmed()
BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(exist_ok=True)

# PRODUCTION=1 demands every secret and https; the default is the embedded demo.
PRODUCTION = env.bool("PRODUCTION", default=False)
DEBUG = env.bool("DEBUG", default=False)
# Training mode: the training clock moves domain time, training label sets may be used.
TRAINING = env.bool("TRAINING", default=not PRODUCTION)


def secret(name):
    """A secret from NAME or the file NAME_FILE; a fixed, public one only outside production."""
    if PRODUCTION:
        return env.str(name)
    return env.str(name, default=f"not-secret-{name.lower()}-for-demo-and-tests-only-0123456789")


SECRET_KEY = secret("SECRET_KEY")
AUDIT_KEY = secret("AUDIT_KEY")
# Each seal is noted here, or in the log when empty: the end of the record cannot vouch for itself.
AUDIT_ANCHOR_FILE = env.str("AUDIT_ANCHOR_FILE", default="")
if PRODUCTION and (DEBUG or TRAINING):
    raise ImproperlyConfigured("PRODUCTION=1 does not go with DEBUG=1 or TRAINING=1.")

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["*"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env.str("SITE_URL", default="http://localhost:8000")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",  # the security key pages of allauth load it
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "lucide",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "clock",
    "audit",
    "commands",
    "display",
    "teams",
    "patients",
    "notifications",
    "checklists",
    "infusions",
    "monitoring",
    "visits",
    "education",
    "handoffs",
    "dashboards",
    "api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "infusion_coord.middleware.request_id",
    "infusion_coord.middleware.security_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "infusion_coord.middleware.staff_session_limits",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "infusion_coord.middleware.request_clock",
]

ROOT_URLCONF = "infusion_coord.urls"
WSGI_APPLICATION = "infusion_coord.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dashboards.chrome.chrome",
            ],
        },
    },
]

# --- Database -------------------------------------------------------------------------------
# PostgreSQL is the real one. SQLite (WAL, immediate transactions) is the embedded default.
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'demo.sqlite3'}")}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
IS_SQLITE = "sqlite" in DATABASES["default"]["ENGINE"]
if IS_SQLITE:
    # synchronous=NORMAL may lose the last commits on power loss: good enough for the demo only.
    _sync = "FULL" if PRODUCTION else "NORMAL"
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": f"PRAGMA journal_mode=WAL;PRAGMA synchronous={_sync};"
        "PRAGMA foreign_keys=ON;PRAGMA recursive_triggers=ON;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = None
    DATABASES["default"]["OPTIONS"] = {
        "options": "-c lock_timeout=3000 -c statement_timeout=15000"
        " -c idle_in_transaction_session_timeout=30000",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Celery and Redis: a message is only a wake-up ---------------------------------------------
REDIS_URL = env.str("REDIS_URL", default="")
CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_TASK_ALWAYS_EAGER = not REDIS_URL
CELERY_TASK_EAGER_PROPAGATES = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1}
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "retry_on_timeout": True,
    "global_keyprefix": env.str("REDIS_PREFIX", default=""),
}
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# --- People and sessions ----------------------------------------------------------------------
AUTH_USER_MODEL = "teams.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
ACCOUNT_ADAPTER = "teams.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/15m/key", "reset_password": "20/m/ip,5/m/key"}
# Behind a proxy every request comes from its address: without this, ten wrong passwords a minute
# anywhere would keep the whole hospital out.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=1 if PRODUCTION else 0)
USERSESSIONS_TRACK_ACTIVITY = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboards:home"
LOGOUT_REDIRECT_URL = "account_login"
# Reasons: SAFETY 7.3 of the security plan; a shared ward station must lock itself.
STAFF_IDLE_MINUTES = env.int("STAFF_IDLE_MINUTES", default=15 if PRODUCTION else 240)
STAFF_ABSOLUTE_HOURS = 12
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
}

# --- Transport and headers ----------------------------------------------------------------------
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

# --- Language, time, static ------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Fonts come from npm at set-up; without npm the pages use the system font.
NPM_STATIC_DIR = BASE_DIR / "static_npm"
if NPM_STATIC_DIR.is_dir():
    STATICFILES_DIRS.append(NPM_STATIC_DIR)
HAS_FONT = (NPM_STATIC_DIR / "fonts" / "fonts.css").is_file()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = VAR_DIR / "media"

# --- Bag labels --------------------------------------------------------------------------------
# The same letters in the capitals the site's list of tall-man names asks for.
LABEL_DRUG_NAME = env.str("LABEL_DRUG_NAME", default="blinatumomab")
if LABEL_DRUG_NAME.lower() != "blinatumomab":
    raise ImproperlyConfigured("LABEL_DRUG_NAME differs from blinatumomab in more than capitals.")

# --- Mail --------------------------------------------------------------------------------------
# smtp+tls://user:password@host:587 in production; the demo writes mails to files.
EMAIL_CONFIG = env.email_url("EMAIL_URL", default=f"filemail:///{VAR_DIR / 'mail'}")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="infusion-coord@example.org")

# --- API ----------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "knox.auth.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["api.rest.permissions.RoutePermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "api.rest.paging.Pages",
    "EXCEPTION_HANDLER": "api.rest.problems.problem_response",
    "COERCE_DECIMAL_TO_STRING": True,
}
REST_KNOX = {"TOKEN_TTL": __import__("datetime").timedelta(days=90), "TOKEN_LIMIT_PER_USER": 10}
SPECTACULAR_SETTINGS = {
    "TITLE": "Infusion Coord API",
    "DESCRIPTION": "Coordination of continuous blinatumomab infusions. It proposes; people sign.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "SettingEnum": "infusions.models.Setting",
        "StorageEnum": "infusions.models.Bag.Storage",
    },
}

# --- Logs: no patient data, no local variables ---------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},  # tells of every style it leaves out, and each step
        # A line each minute, which a demo in a terminal does without.
        "audit.anchor": {"level": "INFO" if PRODUCTION else "WARNING"},
    },
}
