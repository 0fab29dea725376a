from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CaptionsConfig(AppConfig):
    name = "captions"

    def ready(self) -> None:
        from captions import checks, receivers, search_index  # noqa: F401, PLC0415  (they need loaded models)

        post_migrate.connect(search_index.create, sender=self)
