"""Wiring of the project: settings, urls, Celery. Nothing clinical lives here."""

from infusion_coord.celery import app as celery_app

__all__ = ["celery_app"]
