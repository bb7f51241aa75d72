"""What axe-core finds wrong with a page, and what a look at its controls and width does."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

_AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
_RUN = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ['violations'] });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, target }) => `${id}: ${target} ${html.slice(0, 160)}`));
}"""
_UNREACHABLE = """() => [...document.querySelectorAll('[data-action]')]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && one.tabIndex < 0 && !one.disabled)
  // Of a group one arrow through, one is in the order of tabs.
  .filter((one) => !document.querySelector(`[data-action="${one.dataset.action}"][tabindex="0"]`))
  .filter((one) => !one.closest('[inert], [role=tablist], [role=menu], [role=listbox]'))
  .map((one) => `${one.dataset.action} cannot be reached by keyboard`)"""
_TOO_WIDE = """() => document.documentElement.scrollWidth > innerWidth
  ? [`the page is ${document.documentElement.scrollWidth - innerWidth} px too wide`] : []"""


def findings(page: Page) -> list[str]:
    """Serious and critical ones, controls that no keyboard reaches, and a page that scrolls sideways."""
    page.evaluate(_axe())
    found: list[str] = page.evaluate(_RUN)
    return found + page.evaluate(_UNREACHABLE) + page.evaluate(_TOO_WIDE)


@cache
def _axe() -> str:
    return _AXE.read_text("utf-8")
