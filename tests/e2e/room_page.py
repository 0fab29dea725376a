"""Use the page of a Space, mostly by the texts that a person sees, and wait for its states."""

from playwright.sync_api import Locator, Page, expect

HEARD = -45.0  # dB; a tone whose peak in the spectrum is above this is heard
INAUDIBLE = -80.0  # dB; a tone below this is not heard
SILENCE = -200  # dB: the level of every tone while the page plays nothing
PATIENCE = 45_000  # ms; generous, because the machine is shared


class RoomPage:
    def __init__(self, page: Page, handle: str) -> None:
        self.page = page
        self.handle = handle
        self.root = page.locator("space-room")
        self.room = page.locator("[data-part=room]")

    def prefer(self, name: str, value: str) -> None:
        """Set a preference of this browser, for pages that are opened from now on."""
        self.page.add_init_script(f"localStorage.setItem('spaces.{name}', '{value}')")

    def enter(self) -> None:
        """Join from the preview; return when the sound is connected."""
        self.page.locator("[data-part=preview] [data-act=listen]").click()
        self.wait_for_sound()

    def wait_for_sound(self) -> None:
        expect(self.root).to_have_attribute("data-phase", "room", timeout=PATIENCE)
        expect(self.root).to_have_attribute("data-sound", "on", timeout=PATIENCE)

    def unmute(self) -> None:
        self.page.get_by_role("button", name="unmute your microphone").click()
        expect(self.root).to_have_attribute("data-microphone", "on", timeout=PATIENCE)

    def mute(self) -> None:
        self.page.get_by_role("button", name="Tap to mute your microphone").click()
        expect(self.root).to_have_attribute("data-microphone", "muted")

    def send_message(self, text: str) -> None:
        field = self.page.get_by_label("Your message")
        field.fill(text)
        field.press("Enter")
        expect(field).to_have_value("", timeout=PATIENCE)

    def invite(self, name: str) -> None:
        """Invite a person, in the sheet that opens from their tile."""
        self.person(name).get_by_role("button").click()
        self.page.get_by_role("dialog").get_by_role("button", name="Invite to speak").click()
        self.page.keyboard.press("Escape")

    def accept(self) -> None:
        """Accept the invitation, or join after an accepted request; return when the person can
        unmute."""
        self.page.get_by_role("button", name="join the speakers").click(timeout=PATIENCE)
        expect(self.root).to_have_attribute("data-role", "speaker", timeout=PATIENCE)
        expect(self.root).to_have_attribute("data-microphone", "muted", timeout=PATIENCE)

    def ask_to_speak(self, reason: str = "") -> None:
        """Ask to speak with the button “Request”; return when the request is in the queue."""
        self.room.get_by_role("button", name="Request").click()
        sheet = self.page.get_by_role("dialog", name="Ask to speak")
        sheet.get_by_label("What about?").fill(reason)
        sheet.get_by_role("button", name="Request to speak").click()
        expect(self.room.get_by_role("button", name="Requested")).to_be_visible(timeout=PATIENCE)

    def open_people(self) -> Locator:
        self.room.get_by_role("button", name="People").click()
        return self.page.get_by_role("dialog", name="People")

    def choose(self, act: str, name: str) -> None:
        """Click the button `act` in the sheet that opens from the person's tile."""
        self.person(name).get_by_role("button").click()
        self.page.get_by_role("dialog").get_by_role("button", name=act).click()

    def close_sheet(self) -> None:
        self.page.keyboard.press("Escape")

    def become_cohost(self) -> None:
        """Accept the invitation as co-host; return when the person can unmute."""
        self.page.get_by_role("button", name="Accept and become co-host").click(timeout=PATIENCE)
        expect(self.root).to_have_attribute("data-role", "cohost", timeout=PATIENCE)
        expect(self.root).to_have_attribute("data-microphone", "muted", timeout=PATIENCE)

    def person(self, name: str) -> Locator:
        """Return the person's tile in the room."""
        named = self.page.locator("bdi", has_text=name)
        return self.room.locator("li[data-person]").filter(has=named)

    def spectrum(self, *tones: int) -> list[float]:
        """Return the level of each tone, in dB, in the sound that the page is playing."""
        levels: list[float] = self.page.evaluate("tones => spacesRoom.spectrum(...tones)", tones)
        return levels

    def wait_to_hear(self, *tones: int) -> None:
        """Wait until the page plays all of these tones at the same time."""
        self._wait(f"levels.every(level => level > {HEARD})", tones)

    def wait_for_silence(self, *tones: int) -> None:
        self._wait(f"levels.every(level => level < {INAUDIBLE})", tones)

    def wait_until_own_tone_is_quieter(self, *, other: int, own: int, by: float) -> None:
        """Wait until the person's own tone is `by` dB quieter than the other tone.

        That never happens if people hear themselves.
        """
        self._wait(f"levels[0] - levels[1] > {by}", (other, own))

    def _wait(self, condition: str, tones: tuple[int, ...]) -> None:
        self.page.wait_for_function(
            f"tones => (levels => {condition})(spacesRoom.spectrum(...tones))",
            arg=list(tones),
            timeout=PATIENCE,
        )
