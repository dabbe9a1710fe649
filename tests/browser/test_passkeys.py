"""Passkeys and hidden screens in a real browser, with an authenticator that Chromium pretends to have."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.conftest import EXPECTED

PASSWORD = "seven green umbrellas fly"
KEY = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasResidentKey": False,
    "hasUserVerification": True,
    "isUserVerified": True,
}


@pytest.fixture
def desk(site: str, chromium: Any) -> Iterator[Any]:
    """Return a window of the analyst; browsers make passkeys for names such as localhost, and for no bare address."""
    context = chromium.new_context(locale="en-GB", base_url=site.replace("127.0.0.1", "localhost"))
    context.set_default_timeout(45_000)
    said: list[str] = []
    context.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    context.on("weberror", lambda error: said.append(str(error.error)))
    page = context.new_page()
    page.goto("/sign-in/")
    page.get_by_role("button", name="Analyst", exact=True).click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    yield page
    context.close()
    assert [text for text in said if not text.startswith(EXPECTED)] == []


def plug_in(page: Any) -> None:
    """Plug a key into the machine."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})


def test_a_person_adds_a_passkey_and_signs_in_with_it(desk):
    plug_in(desk)
    desk.goto("/account/password/")
    desk.get_by_label("New password").fill(PASSWORD)
    desk.get_by_label("The same password again").fill(PASSWORD)
    desk.get_by_role("button", name="Save the password").click()
    desk.goto("/account/second-factor/passkey/")
    desk.get_by_label("What do you call it?").fill("blue key")
    desk.get_by_role("button", name="Make the passkey").click()
    desk.get_by_role("heading", name="Keep these recovery codes").wait_for()
    assert desk.locator("ol.codes li").count() == 10

    desk.goto("/account/")
    desk.locator("main").get_by_role("button", name="Sign out").click()
    desk.get_by_label("Name", exact=True).fill("zeynep")
    desk.get_by_label("Password").fill(PASSWORD)
    desk.get_by_role("button", name="Sign in", exact=True).click()
    desk.get_by_role("button", name="Use your passkey").click()
    desk.wait_for_url(lambda url: "/sign-in/" not in url)

    desk.goto("/account/confirm/")
    desk.get_by_role("button", name="Confirm with your passkey").click()
    desk.wait_for_url(lambda url: "/confirm/" not in url)


def test_a_browser_without_a_key_is_told_so_and_can_try_again(desk):
    desk.goto("/account/second-factor/passkey/")
    desk.evaluate("() => { navigator.credentials.create = () => Promise.reject(new Error('no key')); }")
    desk.get_by_label("What do you call it?").fill("lost key")

    desk.get_by_role("button", name="Make the passkey").click()

    desk.get_by_text("That did not work.").wait_for()
    assert desk.get_by_role("button", name="Make the passkey").is_enabled()


def test_shift_three_times_blanks_every_window_and_keeps_what_was_typed(desk):
    other = desk.context.new_page()
    other.goto("/help/")
    desk.goto("/groups/new/")
    desk.locator('[name="name"]').fill("Red Hills Movement")

    for _press in range(3):
        desk.keyboard.press("Shift")
    desk.wait_for_url("**/lock/")
    other.wait_for_url("**/lock/")

    assert "Red Hills" not in desk.content()
    desk.get_by_role("link", name="Sign in").click()
    desk.get_by_role("button", name="Analyst", exact=True).click()
    desk.get_by_role("heading", name="Continue where you stopped").wait_for()
    assert "Red Hills Movement" in desk.content()


def test_a_page_that_nobody_touches_hides_itself_and_keeps_what_was_typed(desk):
    desk.clock.install()
    desk.goto("/groups/new/")
    desk.locator('[name="name"]').fill("Blue River Front")

    desk.clock.fast_forward("13:30")
    assert "/groups/new/" in desk.url
    desk.clock.fast_forward("00:45")
    desk.clock.run_for(1000)
    desk.wait_for_url("**/lock/")

    desk.get_by_role("link", name="Sign in").click()
    desk.get_by_role("button", name="Analyst", exact=True).click()
    desk.get_by_role("heading", name="Continue where you stopped").wait_for()
    assert "Blue River Front" in desk.content()
