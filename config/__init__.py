"""The project: settings, URLs, middleware and processes. The apps contain the product's rules."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
