"""What a person does and hears on the page of a Space, by the words that they see."""

from playwright.sync_api import Locator, Page, expect

HEARD = -45.0  # dB of a tone's spectral peak, in what the page plays
SILENT = -80.0
PATIENCE = 45_000  # ms: the machine is shared; speeds are measured in bench/


class RoomPage:
    def __init__(self, page: Page, handle: str) -> None:
        self.page = page
        self.handle = handle
        self.root = page.locator("space-room")
        self.room = page.locator("[data-part=room]")

    def prefer(self, name: str, value: str) -> None:
        """A preference of this browser, from the next page on."""
        self.page.add_init_script(f"localStorage.setItem('spaces.{name}', '{value}')")

    def enter(self) -> None:
        """Tap through the preview; returns once the sound is there."""
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

    def say(self, text: str) -> None:
        field = self.page.get_by_label("Your message")
        field.fill(text)
        field.press("Enter")
        expect(field).to_have_value("", timeout=PATIENCE)

    def invite(self, name: str) -> None:
        """In the sheet that a tap on the person opens."""
        self.person(name).get_by_role("button").click()
        self.page.get_by_role("dialog").get_by_role("button", name="Invite to speak").click()
        self.page.keyboard.press("Escape")

    def accept(self) -> None:
        """Come up by the invitation; returns once one could speak."""
        self.page.get_by_role("button", name="Accept and join the speakers").click(timeout=PATIENCE)
        expect(self.root).to_have_attribute("data-role", "speaker", timeout=PATIENCE)
        expect(self.root).to_have_attribute("data-microphone", "muted", timeout=PATIENCE)

    def ask_to_speak(self, reason: str = "") -> None:
        """By the button in the bar; returns once one stands in line."""
        self.room.get_by_role("button", name="Request").click()
        sheet = self.page.get_by_role("dialog", name="Ask to speak")
        sheet.get_by_label("What about?").fill(reason)
        sheet.get_by_role("button", name="Request to speak").click()
        expect(self.room.get_by_role("button", name="Requested")).to_be_visible(timeout=PATIENCE)

    def open_people(self) -> Locator:
        self.room.get_by_role("button", name="People").click()
        return self.page.get_by_role("dialog", name="People")

    def choose(self, act: str, name: str) -> None:
        """What a host may do about a person, in the sheet that a tap on them opens."""
        self.person(name).get_by_role("button").click()
        self.page.get_by_role("dialog").get_by_role("button", name=act).click()

    def close_sheet(self) -> None:
        self.page.keyboard.press("Escape")

    def become_cohost(self) -> None:
        """By the invitation of a host; returns once one could speak."""
        self.page.get_by_role("button", name="Accept and become co-host").click(timeout=PATIENCE)
        expect(self.root).to_have_attribute("data-role", "cohost", timeout=PATIENCE)
        expect(self.root).to_have_attribute("data-microphone", "muted", timeout=PATIENCE)

    def person(self, name: str) -> Locator:
        """Their place in the room's grids."""
        named = self.page.locator("bdi", has_text=name)
        return self.room.locator("li[data-person]").filter(has=named)

    def spectrum(self, *tones: int) -> list[float]:
        """dB of the peak at each tone, in what the page plays now."""
        levels: list[float] = self.page.evaluate("tones => spacesRoom.spectrum(...tones)", tones)
        return levels

    def wait_to_hear(self, *tones: int) -> None:
        """Until all of these are heard in the same moment."""
        self._wait(f"levels.every(level => level > {HEARD})", tones)

    def wait_for_silence(self, *tones: int) -> None:
        self._wait(f"levels.every(level => level < {SILENT})", tones)

    def wait_to_hear_above_oneself(self, other: int, own: int, by: float) -> None:
        """Until one's own tone is so many dB below the other's: a leak would never let it be."""
        self._wait(f"levels[0] - levels[1] > {by}", (other, own))

    def _wait(self, condition: str, tones: tuple[int, ...]) -> None:
        self.page.wait_for_function(
            f"tones => (levels => {condition})(spacesRoom.spectrum(...tones))",
            arg=list(tones),
            timeout=PATIENCE,
        )
