from captions.models.adjustment import Adjustment
from captions.models.captioner import Captioner
from captions.models.change import Change
from captions.models.keeping import DAYS, Keeping
from captions.models.line import LINE_LENGTH, Line
from captions.models.preference import Preference
from captions.models.request import CaptionRequest
from captions.models.voice import Voice

__all__ = [
    "DAYS",
    "LINE_LENGTH",
    "Adjustment",
    "CaptionRequest",
    "Captioner",
    "Change",
    "Keeping",
    "Line",
    "Preference",
    "Voice",
]
