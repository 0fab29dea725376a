from django.apps import AppConfig


class CaptionsConfig(AppConfig):
    name = "captions"

    def ready(self) -> None:
        from captions import checks, receivers  # noqa: F401, PLC0415  (they need loaded models)
