"""Pages that are laid out from right to left: amounts, dates, card numbers and handles in them are
still written from left to right."""

from playwright.sync_api import Page

# A script that runs before a page's own. The attribute stays when htmx replaces the body.
RIGHT_TO_LEFT = """
  const turn = () => document.documentElement && (document.documentElement.dir = "rtl");
  new MutationObserver(turn).observe(document, {childList: true});
  turn();
"""
MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
CLOCK = r"\d{1,2}:\d{2}(?: [AP]M)?(?: UTC)?"
WRITTEN = "|".join(
    (
        r"[−+]? ?(?:[€$£¥₹₩]|[A-Z]{2,3}[$ ])\d[\d,.]*(?: paid)?",  # e.g. "− €0.60", "CHF 12.50"
        r"\d[\d,.]* [A-Z]{3}\b",  # in the sandbox: "12.00 EUR"
        rf"\d{{1,2}} {MONTH}\w*(?: \d{{4}})?(?:, {CLOCK})?",  # "1 Dec 2026, 18:00"
        rf"(?:\w{{3,8}} )?{CLOCK}",  # "tomorrow 6:00 PM"
        r"\d{4}(?: \d{4}){3}",  # the number of a card
        r"\d+ of \d+",
        r"@\w+",  # a handle
    )
)
# Texts whose characters are not drawn from left to right, as they are drawn on the screen.
REVERSED = """written => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  const place = (node, at) => {
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    return range.getClientRects()[0];
  };
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.parentElement.checkVisibility()) continue;
    for (const {0: text, index} of node.data.matchAll(new RegExp(written, "gu"))) {
      const shown = [...text].map((_, at) => place(node, index + at)).filter((each) => each?.width);
      const isBefore = (each, other) => each.top === other.top && each.left < other.left;
      if (shown.some((each, at) => at && isBefore(each, shown[at - 1])))
        found.push(`${text} in: ${node.parentElement.textContent.trim().replace(/\\s+/g, " ")}`);
    }
  }
  return found;
}"""


def reversed_texts(page: Page) -> list[str]:
    """Return the amounts, times and handles that are not drawn from left to right."""
    found: list[str] = page.evaluate(REVERSED, WRITTEN)
    return found
