"""The project: settings, URLs, middleware and processes. Rules of the product are in the apps."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
