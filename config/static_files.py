"""Static files: which are collected, and how they are named."""

from django.contrib.staticfiles.apps import StaticFilesConfig
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class StaticFiles(StaticFilesConfig):
    """Leaves out what django-htmx ships beside htmx 2: unused, and its comments name files that
    do not exist, which hashing takes for imports."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "django_htmx/ext/*",
        "htmx-4*",
        "htmax-*",
    ]


class HashedStorage(ManifestStaticFilesStorage):
    """Names carry a hash of the content, in the imports of ES modules too."""

    support_js_module_import_aggregation = True
