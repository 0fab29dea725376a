from captions.models.captioner import Captioner
from captions.models.line import LINE_LENGTH, Line
from captions.models.preference import Preference
from captions.models.request import CaptionRequest
from captions.models.voice import Voice

__all__ = ["LINE_LENGTH", "CaptionRequest", "Captioner", "Line", "Preference", "Voice"]
