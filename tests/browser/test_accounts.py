"""Users in the browser: made by an administrator, signed in, with codes, and what they did in the log."""

import os

import pyotp
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.installation import Consultation, Installation
from tests.browser.visitor import PHONE, Visitor

PASSWORD = "a password for tests"


def _picture(visitor: Visitor, name: str) -> None:
    if folder := os.environ.get("PICTURES_DIR"):
        visitor.page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def _sign_in(visitor: Visitor, url: str) -> None:
    visitor.page.goto(url)
    visitor.page.locator("[name=login]").fill("Lee")
    visitor.page.locator("[name=password]").fill(PASSWORD)
    visitor.action("sign-in").click()


def _only_what_the_desk_may(desk: Visitor, room: str) -> None:
    row = desk.page.locator(f"[data-room='{room}']")
    for opens, may, may_not in (("more", "write", "move"), ("people", "copy-link", "replace-link")):
        row.locator(f"[data-action={opens}]").click()
        expect(row.locator(f"[data-action={may}]").first).to_be_visible()
        expect(row.locator(f"[data-action={may_not}]").first).to_be_hidden()
    expect(desk.action("import-schedule")).to_be_hidden()


def test_an_administrator_makes_a_user_who_signs_in_with_codes(
    visitor: Visit, installation: Installation, consultation: Consultation
) -> None:
    administrator, desk = visitor(), visitor(size=PHONE)
    administrator.page.goto(installation.organiser_url)
    administrator.action("accounts").click()
    administrator.action("add-user").click()
    for name, value in (("login", "lee"), ("name", "이 안내"), ("password", PASSWORD)):
        administrator.page.locator(f"dialog [name={name}]").fill(value)
    administrator.page.locator("dialog select").select_option("desk")
    administrator.action("create-user").click()
    row = administrator.page.locator("[data-user]", has_text="이 안내")
    expect(row).to_be_visible()

    desk.page.goto(installation.url)
    _picture(desk, "sign-in-390")
    desk.page.locator("[name=login]").fill("lee")
    desk.page.locator("[name=password]").fill("wrong")
    desk.action("sign-in").click()
    expect(desk.page.get_by_role("alert")).to_have_text("아이디나 비밀번호가 맞지 않습니다.")
    _sign_in(desk, installation.url)
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("상담 일정")
    _only_what_the_desk_may(desk, consultation.id)
    desk.action("accounts").click()
    desk.action("offer-codes").click()
    secret = desk.page.locator("dialog .secret").inner_text()
    _picture(desk, "codes-390")
    desk.page.locator("dialog [name=code]").fill(pyotp.TOTP(secret).now())
    desk.action("keep-codes").click()
    expect(desk.action("drop-codes")).to_be_visible()
    _picture(desk, "account-390")

    administrator.page.reload()
    expect(row.locator(".badge")).to_be_visible()
    expect(administrator.page.locator(".audit tbody tr").first).to_contain_text("keep_codes")
    _picture(administrator, "accounts-1366")
    administrator.page.set_viewport_size({"width": 1920, "height": 1080})
    _picture(administrator, "accounts-1920")
    row.locator("[data-action=disable-user]").click()
    expect(row).to_have_attribute("data-disabled", "")
    desk.page.goto(f"{installation.url}/organiser")
    expect(desk.action("sign-in")).to_be_visible()
    # The browser itself says on its console what was refused.
    assert all("401" in line for line in desk.complaints)
    desk.complaints.clear()
