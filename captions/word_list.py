"""The names and special words of a Space, which correct what a recognizer got nearly right."""

from captions.correction.vocabulary import Vocabulary
from captions.models import Adjustment
from spaces.models import Space


def corrected(space: Space, text: str, *, language: str) -> str:
    """Return the recognized text with the words of this Space. `language` is the language of the
    text (BCP 47), or "" if it is not known."""
    adjustment = Adjustment.objects.filter(space=space).first()
    spoken = language or (adjustment.language if adjustment else "")
    words = [*(adjustment.words if adjustment else []), *_words_of(space)]
    return Vocabulary(words, spoken.partition("-")[0].lower()).correct(text)


def _words_of(space: Space) -> list[str]:
    """Return the names of the people on the stage, the title and the topics."""
    names = space.participants.on_stage().values_list("user__name", flat=True)
    return [*names, space.title, *space.topics.values_list("name", flat=True)]
