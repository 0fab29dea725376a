"""The settings. Environment variables override the defaults; docs/operations.md describes them.

This is one file on purpose, so that there is only one place to search for a setting. Settings that
others depend on (HOME, DEMO, HTTPS) are defined above them, so no file needs `import *`.
"""

import logging
import os
import zoneinfo
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.templatetags.static import static

from config import origins
from config.colours import STAFF_COLOURS
from config.databases import find_database
from config.logs import log_settings

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent

# --- folders and modes -------------------------------------------------------------------------
HOME = Path(env("SPACES_HOME", default=str(BASE_DIR / "var")))  # private to the site's user
PUBLIC = Path(env("SPACES_PUBLIC", default=str(HOME)))  # a web server may read it as well
PORT = env.int("PORT", default=8000)
DISK_MIN_FREE = env.int("DISK_MIN_FREE", default=500)  # MB; below it `/healthz` reports an error
# The password of the demo people is public, so bin/run lets a demo listen on loopback only. (Its
# audio nodes listen on all IP addresses.)
DEMO = env.bool("DEMO", default=False)
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY", default="insecure-demo-key-for-this-laptop-only" if DEMO else "")

# --- URLs, HTTPS and limits --------------------------------------------------------------------
BASE_URL = env("BASE_URL", default=f"http://127.0.0.1:{PORT}")
ALLOWED_HOSTS = origins.allowed_hosts(
    env.list("ALLOWED_HOSTS", default=[]), base_url=BASE_URL, local=DEMO or DEBUG
)
ALLOWED_ORIGINS = origins.allowed_origins(
    env.list("ALLOWED_ORIGINS", default=[]), base_url=BASE_URL, port=PORT, local=DEMO or DEBUG
)
CSRF_TRUSTED_ORIGINS = [origin for origin in ALLOWED_ORIGINS if "://" in origin]
HTTPS = BASE_URL.startswith("https://")
SOURCE_URL = env("SOURCE_URL", default="")  # the source code of this site (AGPL, section 13)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

SOCKETS_PER_ADDRESS = env.int("SOCKETS_PER_ADDRESS", default=300)  # in each web process
SOCKETS_PER_PROCESS = env.int("SOCKETS_PER_PROCESS", default=10_000)
MAX_REQUEST_BODY = 10 * 1024 * 1024  # bytes: enough for a picture of 8 MB and its form

# --- apps --------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "config.apps.Admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "config.static_files.StaticFiles",
    "django.contrib.humanize",
    "channels",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "config.apps.Home",
    "core",
    "accounts",
    "notifications",
    "safety",
    "audio",
    "spaces",
    "timeline",
    "scheduling",
    "captions",
    "billing",
    "config.backup",
]
MIDDLEWARE = [
    "config.health.answer_probes",  # first, so that no rules about hosts, HTTPS or sessions apply
    "django.middleware.security.SecurityMiddleware",
    "config.caches.forbid_caching",  # before everything that creates a page
    "config.compression.Compression",
    "config.errors.answer_scripts",  # before everything that may refuse a request
    "config.encoding.refuse_other_encodings",
    "config.content_length.refuse_other_lengths",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "safety.middleware.Suspended",
    "config.request_log.RequestLog",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.errors.show_wrong_methods",  # last, so that its page knows the user
]
ROOT_URLCONF = "config.urls"
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["core.templatetags.paths", "core.templatetags.cached_includes"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "notifications.unread_badge.unread_badge",
                "config.context.site",
            ],
        },
    }
]

# --- database, Redis and tasks -----------------------------------------------------------------
DATABASES = {"default": find_database(env, home=HOME)}
# Seconds, for requests on PostgreSQL (applied by config/asgi.py); 0 means no limit.
STATEMENT_TIMEOUT = env.float("STATEMENT_TIMEOUT", default=5.0)
LOCK_TIMEOUT = env.float("LOCK_TIMEOUT", default=3.0)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:6379/0")
CHANNEL_LAYERS = {
    "default": {
        # This is channels_redis's pub/sub layer. With its core layer, 500 simultaneous joins failed
        # with HTTP 500, and all sockets were lost when Redis restarted.
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": "spaces"},
    }
}
CACHES = {"default": {"BACKEND": "config.redis_cache.RedisCache", "LOCATION": REDIS_URL}}
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_BEAT_SCHEDULE = {
    "update-stages": {
        "task": "spaces.tasks.update_stages",
        "schedule": 2.0,
        # A task that has waited too long is skipped, because a newer one follows (config/tasks.py).
        "options": {"headers": {"lifetime": 4.0}},
    },
    "maintain-accounts": {"task": "accounts.maintenance.maintain_accounts", "schedule": 600.0},
    "sweep-deliveries": {
        "task": "notifications.tasks.sweep_deliveries",
        "schedule": 10.0,
        "options": {"headers": {"lifetime": 20.0}},
    },
    "plan-digests": {
        "task": "notifications.tasks.plan_digests",
        "schedule": 600.0,
        "options": {"headers": {"lifetime": 1200.0}},
    },
    "sweep-notifications": {"task": "notifications.tasks.sweep", "schedule": 600.0},
    "sweep-safety": {"task": "safety.tasks.sweep", "schedule": 600.0},
    "prepare-pictures": {  # in case the task of a new post was lost from the queue
        "task": "timeline.tasks.prepare_pictures",
        "schedule": 10.0,
        "options": {"expires": 20.0},
    },
    "delete-orphans-accounts": {"task": "accounts.maintenance.delete_orphans", "schedule": 3600.0},
    "delete-orphans-safety": {"task": "safety.tasks.delete_orphans", "schedule": 3600.0},
    "delete-orphans-timeline": {"task": "timeline.tasks.delete_orphans", "schedule": 3600.0},
    "cancel-overdue-spaces": {
        "task": "scheduling.tasks.cancel_overdue",
        "schedule": 10.0,
        "options": {"expires": 20.0},
    },
    "sweep-tickets": {
        "task": "billing.tasks.sweep",
        "schedule": 10.0,
        "options": {"headers": {"lifetime": 20.0}},
    },
    "compare-with-stripe": {
        "task": "billing.tasks.compare_with_stripe",
        "schedule": crontab(hour=3, minute=17),
    },
    "recompute-times": {"task": "scheduling.tasks.recompute_times", "schedule": 3600.0},
    "sweep-captions": {"task": "captions.tasks.sweep", "schedule": 3600.0},
    "sweep-spaces": {"task": "spaces.tasks.sweep", "schedule": 3600.0},
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_PREFETCH_MULTIPLIER = (
    1  # so that waiting tasks stay in the queue, where /healthz counts them
)
CELERY_BEAT_SCHEDULER = "config.beat:Scheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(HOME / "celerybeat-schedule")

# --- accounts and sign-in ----------------------------------------------------------------------
SESSION_ENGINE = "accounts.session_store"
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.SingleHashBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "accounts.passwords.NotAboutYou",
        "OPTIONS": {"user_attributes": ("handle", "name", "email")},
    },
    {"NAME": "accounts.passwords.LongEnough"},
    {"NAME": "accounts.passwords.NotCommon"},
    {"NAME": "accounts.passwords.NotOnlyDigits"},
    {"NAME": "accounts.passwords.EndsSessions"},
]
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "account_login"
HOSTING_MIN_FOLLOWERS = env.int("HOSTING_MIN_FOLLOWERS", default=600)
ACCOUNT_ADAPTER = "accounts.adapter.Adapter"
ACCOUNT_FORMS = {
    "signup": "accounts.forms.sign_in.SignUpForm",
    "login": "accounts.forms.sign_in.SignInForm",
    "reset_password": "accounts.forms.sign_in.RequestPasswordResetForm",
    "reauthenticate": "accounts.forms.sign_in.ReauthenticateForm",
    "add_email": "accounts.forms.sign_in.AddEmailForm",
    "change_password": "accounts.forms.passwords.ChangePasswordForm",
    "set_password": "accounts.forms.passwords.SetPasswordForm",
    "reset_password_from_key": "accounts.forms.passwords.ResetPasswordForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = "handle"
ACCOUNT_USERNAME_VALIDATORS = "accounts.handles.SIGN_UP_VALIDATORS"
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_EMAIL_VERIFICATION = "optional" if DEMO else "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # send no mail to addresses without an account
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "accounts.reset_tokens.ResetTokens"  # noqa: S105
ACCOUNT_MAX_EMAIL_ADDRESSES = 5
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_EMAIL_NOTIFICATIONS = True  # notify people when their password or an e-mail address changes
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
# The number of our own proxies. Rate limits use the IP address that the outermost proxy saw.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=1 if HTTPS else 0)
MFA_ADAPTER = "accounts.adapter.TwoFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "add_webauthn": "accounts.forms.passkeys.AddPasskeyForm",
    "activate_totp": "accounts.forms.two_factor.ActivateForm",
    "authenticate": "accounts.forms.two_factor.AuthenticateForm",
    "reauthenticate": "accounts.forms.two_factor.ReauthenticateForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Spaces"
# Browsers allow passkeys on https://… and http://localhost; the library must allow both, too.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
UNFOLD = {
    "SITE_TITLE": "Spaces",
    "SITE_HEADER": "Spaces",
    "SITE_ICON": lambda request: static("img/mark.svg"),
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("img/mark.svg")}
    ],
    "BORDER_RADIUS": "10px",
    "COLORS": STAFF_COLOURS,
    "STYLES": [lambda request: static("css/staff.css")],
    "SIDEBAR": {"navigation": "config.staff.sidebar"},
    "DASHBOARD_CALLBACK": "config.staff.front_page",
}
DEMO_STEPS = [
    "accounts.demo.people.create_people",
    "spaces.demo.open_demo_space",
    "timeline.demo.scene.write_posts",
    "scheduling.demo.schedule_spaces",
    "billing.demo.sell_tickets",
]  # the functions that `manage.py demo` calls, in this order

# --- safety ------------------------------------------------------------------------------------
REPORTABLE = {  # kind of content: the function that finds the reported object (safety/reporting.py)
    "post": "timeline.evidence.find",
    "line": "captions.evidence.find",
    "person": "safety.reporting.find_person",
    "space": "spaces.evidence.find",
}
MODERATION_ACTIONS = [  # what staff can do about a report, in the order of the form
    "safety.moderation.actions.DISMISS",
    "safety.moderation.actions.WARN",
    "timeline.moderation_actions.REMOVE_POST",
    "captions.moderation_actions.REMOVE_LINE",
    "safety.moderation.actions.CLEAR_PROFILE",
    "spaces.moderation_actions.END_SPACE",
    "scheduling.moderation_actions.CANCEL_SPACE",
    "safety.moderation.actions.SUSPEND",
    "safety.moderation.actions.LIFT",
]

# --- notifications -----------------------------------------------------------------------------
NOTIFICATION_KINDS = [  # the kinds that each app declares, in the order of the preferences
    "spaces.kinds.KINDS",
    "timeline.kinds.KINDS",
    "notifications.kinds.KINDS",
    "safety.kinds.KINDS",
    "scheduling.kinds.KINDS",
    "billing.kinds.KINDS",
]
NOTIFICATION_CHANNELS = {  # name: the module that sends (notifications/channels)
    "page": "notifications.channels.notifications_page",
    "push": "notifications.channels.web_push",
    "email": "notifications.channels.email",
}
NOTIFICATION_RATES = {  # how much the providers accept from all workers together
    "email": env("EMAIL_RATE", default="50/second"),
    "push": env("PUSH_RATE", default="200/second"),
}
NOTIFICATION_TASKS = env.int("NOTIFICATION_TASKS", default=2)  # at once, for each channel
NOTIFICATION_LEASE = 60.0  # seconds; longer than the slowest provider takes for one notification

# --- personal data -----------------------------------------------------------------------------
PERSONAL_DATA = [  # modules with functions to export and erase data: see accounts.personal_data
    "accounts.personal_data",  # first, because the others use the new name of an erased account
    "notifications.personal_data",
    "safety.personal_data",
    "spaces.personal_data",
    "timeline.personal_data",
    "scheduling.personal_data",
    "captions.personal_data",
    "billing.personal_data",
]
DELETION_GRACE_DAYS = env.int("DELETION_GRACE_DAYS", default=14)
# Days after which data is deleted; 0 keeps it forever.
KEEP_CHAT_DAYS = env.int("KEEP_CHAT_DAYS", default=180)  # after the end of the Space
KEEP_JOURNAL_DAYS = env.int("KEEP_JOURNAL_DAYS", default=180)  # after the end of the Space
KEEP_TRANSCRIPTS_DAYS = env.int("KEEP_TRANSCRIPTS_DAYS", default=30)  # if no host chose a time
TRANSCRIPTS_MAX_DAYS = env.int("TRANSCRIPTS_MAX_DAYS", default=0)  # the most that hosts can choose
KEEP_EVIDENCE_DAYS = env.int("KEEP_EVIDENCE_DAYS", default=365)  # after the report was closed
KEEP_NOTIFICATIONS_DAYS = env.int("KEEP_NOTIFICATIONS_DAYS", default=180)
KEEP_DELIVERIES_DAYS = env.int("KEEP_DELIVERIES_DAYS", default=30)  # after they were sent
KEEP_EXPORTS_DAYS = env.int("KEEP_EXPORTS_DAYS", default=7)

# --- e-mail ------------------------------------------------------------------------------------
EMAIL_TIMEOUT = 10  # seconds, so that a mail server that hangs does not block a worker
vars().update(env.email("EMAIL_URL", default="consolemail://"))
if vars()["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend":
    EMAIL_BACKEND = "notifications.channels.smtp.Backend"
EMAIL_PROVIDER = env("EMAIL_PROVIDER", default="")  # instead of SMTP: a provider of django-anymail
ANYMAIL = {"REQUESTS_TIMEOUT": EMAIL_TIMEOUT, **env.json("ANYMAIL", default={})}  # its keys
if EMAIL_PROVIDER:
    EMAIL_BACKEND = f"anymail.backends.{EMAIL_PROVIDER}.EmailBackend"
OUTBOX = HOME / "outbox"
if DEMO and not (env("EMAIL_URL", default="") or EMAIL_PROVIDER):
    EMAIL_BACKEND = "config.outbox.backend.Outbox"  # a page shows these e-mails
EMAILS = {  # kind: the function that composes it (accounts/emails.py)
    "export_ready": "accounts.emails.export_ready",
    "deletion_requested": "accounts.emails.deletion_requested",
    "suspended": "safety.emails.suspended",
    "lifted": "safety.emails.lifted",
    "appeal_refused": "safety.emails.appeal_refused",
}
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Spaces <spaces@localhost>")

# --- push messages -----------------------------------------------------------------------------
PUSH_KEY = HOME / "keys" / "vapid.pem"  # created at the first start; never replace it
PUSH_HOSTS = [  # the push services of browsers; "*." stands for all names below
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
    *env.list("PUSH_HOSTS", default=[]),
]
PUSH_LOCAL_HOSTS = env.list("PUSH_LOCAL_HOSTS", default=[])  # host:port; may have private addresses

# --- rooms -------------------------------------------------------------------------------------
ADMISSION_RULES = [
    "spaces.admission.signed_in_or_guest",
    "spaces.admission.not_suspended",
    "spaces.admission.not_blocked_by_host",
    "spaces.admission.not_removed",  # before room_is_open, so it applies to ended Spaces too
    "spaces.admission.room_is_open",
    "billing.admission.holds_ticket",
]
EXCLUSIONS = ["billing.admission.without_ticket"]  # see spaces.exclusions
LIVE_PEOPLE_KEPT = 1.0  # seconds for which a process caches who is live
SNAPSHOT_PARTS = [  # the parts that higher-level apps add
    "timeline.pins.snapshot_part",
    "captions.snapshot_part.snapshot_part",
]
SPACE_MOMENTS = ["timeline.pins.moments"]  # see spaces.moments
SNAPSHOT_PRESENT = ["captions.recognizer_state.snapshot_part"]  # parts that are never cached
ROOM_FRAMES = {"caption": "captions.frames.CaptionFrames"}  # see spaces.room.frame_handlers
SPACE_PAGES = {  # state: the view of the Space's page, if it isn't in spaces.views.pages
    "scheduled": "scheduling.views.pages.scheduled",
    "cancelled": "scheduling.views.pages.cancelled",
}
# Role in a person's schedule and calendar feed: function(person) -> primary keys of Spaces
AGENDA_SOURCES = {"ticket": "billing.page_data.spaces_with_ticket"}
# Whether a person is notified of the start in another way: function(space, user) -> bool
NOTIFIED_OF_START = ["scheduling.kinds.is_notified_of_start"]
LIVE_VIEW = "spaces.directory.live_view.live_view_of"  # finds who has a ring around their avatar
PAGE_SECTIONS = {  # place in a page: what higher-level apps show there (core/sections.py)
    "side": ["spaces.sections.live_now"],
    "home": ["scheduling.sections.upcoming_of_followed"],
    "profile.menu": ["notifications.sections.mute"],
    "profile.live": ["spaces.sections.live_strip"],
    "profile": ["scheduling.sections.upcoming_of_owner", "timeline.sections.posts"],
    "side.more": ["scheduling.sections.upcoming_beside"],
    "settings": ["billing.sections.settings_rows"],
    "spaces.header": ["scheduling.sections.schedule_link"],
    "spaces.found": ["captions.sections.ended_spaces"],
    "spaces.upcoming": ["scheduling.sections.upcoming_spaces"],
    "schedule": ["billing.sections.own_tickets"],
    "scheduled": ["timeline.sections.posts_about"],
    "scheduled.menu": ["billing.sections.selling_link"],
    "scheduled.cancel": ["billing.sections.refunds_after_cancelling"],
    "scheduled.ticket": ["billing.sections.ticket_card"],
    "start": ["scheduling.sections.start_tabs"],
    "room.offered": ["billing.sections.free_preview"],
    "room.preview": ["captions.sections.read_only"],
    "room.chips": ["captions.sections.chip"],
    "room.panel": ["captions.sections.panel"],
    "room.bar": ["captions.sections.button"],
    "room.menu": ["captions.sections.menu_item"],
    "room.person": ["captions.sections.person_acts"],
    "ended": ["captions.sections.transcript_card"],
    "room.sheets": ["captions.sections.sheets"],
}

# --- tickets -----------------------------------------------------------------------------------
STRIPE_SECRET_KEY = env("STRIPE_SECRET_KEY", default="")  # empty: nobody can sell tickets
STRIPE_WEBHOOK_SECRET = env("STRIPE_WEBHOOK_SECRET", default="")
STRIPE_API_BASE = env("STRIPE_API_BASE", default="")  # instead of Stripe itself: the sandbox
STRIPE_SANDBOX_PORT = env.int("STRIPE_SANDBOX_PORT", default=8004)
STRIPE_HTTP_CLIENT = "billing.stripe.client.requests_client"
# Pages of Stripe to which our forms lead: the payment page, and the form in which hosts enter
# their details.
STRIPE_PAGES = (
    [STRIPE_API_BASE]
    if STRIPE_API_BASE
    else ["https://checkout.stripe.com", "https://connect.stripe.com"] * bool(STRIPE_SECRET_KEY)
)
STRIPE_LIVE = STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_"))
PLATFORM_FEE_RATE = env.int("PLATFORM_FEE_RATE", default=1000)  # hundredths of a percent
PAYOUT_DELAY = timedelta(hours=env.int("PAYOUT_DELAY_HOURS", default=24))  # after the end
# Buyers can refund their own tickets until this long before the start.
BUYERS_REFUND_UNTIL = timedelta(hours=env.int("BUYERS_REFUND_UNTIL_HOURS", default=1))
SALES_AFTER_START = timedelta(hours=12)  # the latest end of a sale, after the start of the Space

# --- audio -------------------------------------------------------------------------------------
AUDIO = env("AUDIO", default="audio.remote.RemoteAudio")
AUDIO_APPLICATION = "spaces.room.audio_application.AudioApplication"  # see audio.application
AUDIO_PORT = env.int("AUDIO_PORT", default=20777)
AUDIO_PROCESSES = env("AUDIO_PROCESSES", default="1")  # or "auto": one per core
AUDIO_HOST = env("AUDIO_HOST", default="::")
# How many processes on this machine recognize speech, shared by its audio nodes.
AUDIO_RECOGNIZERS = env.int("AUDIO_RECOGNIZERS", default=max(1, (os.cpu_count() or 1) // 2))
CAPTIONED_VOICES = "captions.recognized.captioned_voices"  # see spaces.captioning
CAPTION_RECEIVER = "captions.recognized.receive"
# With so many people connected to it, a node passes further listeners on to other nodes.
AUDIO_PEERS_PER_NODE = env.int("AUDIO_PEERS_PER_NODE", default=1000)
# The IP address at which other audio nodes reach this machine; empty: the machine's own.
AUDIO_INTERNAL_ADDRESS = env("AUDIO_INTERNAL_ADDRESS", default="")
AUDIO_ADVERTISE = env.list("AUDIO_ADVERTISE", default=[])  # public IP addresses for ICE candidates
TURN_URLS = env.list("TURN_URLS", default=[])  # our own relay: turn:… and turns:… URLs
TURN_SECRET = env("TURN_SECRET", default="")  # the relay's static-auth-secret (coturn)
# Spaces as HLS, for listeners who can't use WebRTC: written by `manage.py hls`.
HLS = env.bool("HLS", default=True)
# The number of listeners in a Space from which new listeners start with HLS; 0: they never do.
HLS_FROM = env.int("HLS_FROM", default=0)
HLS_FOLDER = Path(env("HLS_FOLDER", default=str(PUBLIC / "hls")))
# The address of a CDN in front of this site, e.g. "https://cdn.example"; empty: no CDN.
HLS_CDN = env("HLS_CDN", default="").rstrip("/")
HLS_PORT = env.int("HLS_PORT", default=0)  # UDP, for the sound from audio nodes; 0: any free port
ICE_SERVERS = env.json("ICE_SERVERS", default=[])  # other servers: [{"urls": "turn:…", …}]

# --- captions ----------------------------------------------------------------------------------
# The recognizer on the machine of the audio node (captions.sources); empty: none.
CAPTIONS_ENGINE = env("CAPTIONS_ENGINE", default="moonshine" * bool(find_spec("moonshine_voice")))
# Its model: the absolute path of a folder, or the name of an installed package.
CAPTIONS_MODEL = env("CAPTIONS_MODEL", default="")
# The languages (ISO 639) that the model knows, if it knows fewer than the recognizer.
CAPTIONS_LANGUAGES = env.list("CAPTIONS_LANGUAGES", default=[])
# A larger model, and a function that returns recorded sound: with both, a Space could be recognized
# again after its end (captions.rereading). Nothing is recorded yet.
REREADING_MODEL = ""
KEPT_SOUND = ""
AUDIO_RECOGNIZER = {  # a class that implements audio.recognition.interface.Recognizer
    "moonshine": "audio.recognition.moonshine.Moonshine",
    "faster-whisper": "audio.recognition.whisper.Whisper",
}.get(CAPTIONS_ENGINE, "")

# --- files and pages ---------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = PUBLIC / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
NODE_MODULES = BASE_DIR / "node_modules"  # from package.json, by `npm ci --omit=dev`
NODE_FILES = {  # name of the static file: file of a package
    "packages/hls.js": "hls.js/dist/hls.light.min.mjs",
    "packages/hls-license.txt": "hls.js/LICENSE",
}
HLS_LIBRARY = "packages/hls.js"  # the static file with which browsers other than Safari play HLS
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.node_files.NodeFiles",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "evidence": {  # copies of reported pictures; private, so not in MEDIA_ROOT
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": HOME / "evidence",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "exports": {  # copies of personal data, which only the person can download
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": HOME / "exports",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "uploads": {  # original pictures, until the worker has re-encoded them
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": HOME / "uploads",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "config.static_files.HashedStorage"
    },
}
MEDIA_URL = "/media/"
MEDIA_ROOT = PUBLIC / "media"
BACKED_UP = {  # name in a backup: folder
    "media": MEDIA_ROOT,
    "evidence": HOME / "evidence",
    "uploads": HOME / "uploads",
    "keys": PUSH_KEY.parent,
}
FILE_UPLOAD_PERMISSIONS = 0o644  # regardless of the umask; also used for static files
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o755
USE_TZ = True
TIME_ZONE = "UTC"
# Read time zones from the package tzdata, whose version is locked; the system's may be years old.
zoneinfo.reset_tzpath(to=[])
LANGUAGE_CODE = "en-us"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:", "mediastream:", *[HLS_CDN] * bool(HLS_CDN)],
        "connect-src": [SELF, *[HLS_CDN] * bool(HLS_CDN)],
        "object-src": [NONE],
        "base-uri": [SELF],
        # Browsers also check where the redirect after a form leads. Every page allows the same
        # targets, because htmx shows further pages in a document with the policy of its first page.
        "form-action": [SELF, *STRIPE_PAGES],
        "frame-ancestors": [NONE],
    }
}

# --- logging -----------------------------------------------------------------------------------
LOG_FORMAT = env("LOG_FORMAT", default="json")  # or "console", which is easier to read
LOG_LEVEL = env("LOG_LEVEL", default="INFO")
LOG_FILE = env("LOG_FILE", default="")  # if set, standard error gets only warnings and errors
LOGGING = log_settings(format=LOG_FORMAT, level=LOG_LEVEL, file=LOG_FILE)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG  # one line per request is enough
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO  # no warning, e.g. for a wrong URL
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False  # requests are logged without IP addresses
