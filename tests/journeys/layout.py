"""What a browser makes of a screen: where each thing came to lie, and what of it is cut off or covers something else.

Read from the rectangles of the tree for screen readers, which Flutter lays over what it paints.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from playwright.sync_api import Page

SLACK = 1.5  # dp: rounding, and half a border
LEAST = 48  # dp: what a finger needs

_BOXES = """() => {
  const boxes = [];
  const walk = (element, depth, holder) => {
    let here = holder;
    if (element.tagName === 'FLT-SEMANTICS' || element.tagName === 'INPUT') {
      const at = element.getBoundingClientRect();
      const own = [...element.childNodes].filter(node => node.nodeType === 3 || node.tagName === 'SPAN');
      const words = own.map(node => node.textContent).join('') || element.getAttribute('aria-label') || '';
      const role = element.getAttribute('role') || (element.tagName === 'INPUT' ? 'field' : '');
      here = boxes.length;
      const tappable = element.hasAttribute('flt-tappable') || role === 'button';
      const scrolls = ['auto', 'scroll'].includes(getComputedStyle(element).overflowY);
      const {left, top, right, bottom} = at;
      boxes.push({left, top, right, bottom, words, role, holder, tappable, scrolls});
    }
    for (const child of element.children) walk(child, depth + 1, here);
  };
  const host = document.querySelector('flt-semantics-host');
  if (host) for (const child of host.children) walk(child, 0, -1);
  return boxes;
}"""


@dataclass(frozen=True, slots=True)
class Box:
    """A node of the tree and where it lies, in dp."""

    left: float
    top: float
    right: float
    bottom: float
    words: str
    role: str
    holder: int  # the box it is in; -1: none
    tappable: bool
    scrolls: bool

    @property
    def size(self) -> tuple[float, float]:
        return self.right - self.left, self.bottom - self.top


def boxes(page: Page) -> list[Box]:
    return [Box(**each) for each in page.evaluate(_BOXES)]


def troubles(page: Page) -> list[str]:
    """Everything that is amiss with the screen of now. Make the window tall: what is scrolled away is not here."""
    found = boxes(page)
    size = page.viewport_size
    assert size is not None
    return [*outside(found, size["width"]), *spilled(found), *covered(found), *_small(found)]


def settled_troubles(page: Page) -> list[str]:
    """Once nothing moves any more: after a turn of the tablet the app is asked, and draws again."""
    last: list[Box] = []
    for _ in range(MOST_LOOKS):
        page.wait_for_timeout(SETTLING_MS)
        now = boxes(page)
        if now and now == last:
            break
        last = now
    return troubles(page)


SETTLING_MS, MOST_LOOKS = 400, 25


def outside(found: list[Box], width: float) -> Iterator[str]:
    for each in found:
        if each.left < -SLACK or each.right > width + SLACK:
            yield f"{each.words!r} from {each.left:.0f} to {each.right:.0f} of {width}"


def spilled(found: list[Box]) -> Iterator[str]:
    """Words that do not fit into what holds them."""
    for each in found:
        if each.holder < 0 or not each.words or each.role == "field":
            continue
        holder = found[each.holder]
        if holder.scrolls or not holder.words:
            continue
        if each.bottom > holder.bottom + SLACK or each.right > holder.right + SLACK or each.left < holder.left - SLACK:
            yield f"{each.words!r} spills out of {holder.words!r}"


def covered(found: list[Box]) -> Iterator[str]:
    """Words or buttons one over the other, where they are not scrolled away."""
    seen = [(n, _seen(found, n)) for n, each in enumerate(found) if each.words]
    alone = [(n, each) for n, each in seen if min(each.size) > 0]
    for at, (n, one) in enumerate(alone):
        for m, other in alone[at + 1 :]:
            if _overlap(one, other) and not (_holds(found, n, m) or _holds(found, m, n)):
                yield f"{one.words!r} and {other.words!r} one over the other"


def _seen(found: list[Box], n: int) -> Box:
    """What of it is let through by what it scrolls in."""
    one, holder = found[n], found[n].holder
    while holder >= 0:
        if (around := found[holder]).scrolls:
            one = replace(one, top=max(one.top, around.top), bottom=min(one.bottom, around.bottom))
        holder = around.holder
    return one


def _overlap(one: Box, other: Box) -> bool:
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return across > 2 * SLACK and down > 2 * SLACK


def _holds(found: list[Box], outer: int, inner: int) -> bool:
    while inner >= 0:
        if inner == outer:
            return True
        inner = found[inner].holder
    return False


def _small(found: list[Box]) -> Iterator[str]:
    for each in found:
        if each.tappable and min(each.size) + SLACK < LEAST:
            yield f"{each.words!r} is {each.size[0]:.0f} x {each.size[1]:.0f}"
