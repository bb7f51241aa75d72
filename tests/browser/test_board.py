"""The organiser's list on the day itself: calls for help, the clock, and fifteen rooms at once."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.installation import Consultation, Installation


def test_a_call_for_help_is_seen_and_answered(
    visitor: Visit, consultation: Consultation, installation: Installation
) -> None:
    organiser, seller = visitor(), visitor()
    organiser.page.goto(installation.organiser_url)
    row = organiser.page.locator(f"[data-room={consultation.id}]")
    seller.join(consultation.urls["seller"])
    seller.action("help").click()
    expect(seller.page.locator("[data-notice='notice.help_called']")).to_be_visible()
    expect(row.locator(".row-help")).to_contain_text("김수출")
    expect(organiser.page.get_by_role("alert").first).to_contain_text("코팅제 희석")
    assert organiser.page.title().startswith("(1)")
    row.locator("[data-action=answer-help]").click()
    expect(row.locator(".row-help")).to_be_hidden()
    expect(seller.page.locator("[data-notice='notice.help_answered']")).to_be_visible()
    expect(seller.page.locator("[data-notice='notice.help_called']")).to_have_count(0)
