"""A walk through the sign-in of a provider that exists on paper, in a process that was configured with one."""

import json
import os
import sys
import tempfile
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

ENVIRONMENT = {
    "PARLEY_DEBUG": "1",
    "PARLEY_OIDC_SERVER_URL": "https://id.example",
    "PARLEY_OIDC_NAME": "House sign-in",
    "PARLEY_OIDC_CLIENT_ID": "parley",
    "PARLEY_OIDC_CLIENT_SECRET": "hush",
    "DJANGO_SETTINGS_MODULE": "tests.settings",
}
PAPERS = {
    "authorization_endpoint": "https://id.example/authorise",
    "token_endpoint": "https://id.example/token",
    "userinfo_endpoint": "https://id.example/me",
    "issuer": "https://id.example",
    "jwks_uri": "https://id.example/keys",
}


class Provider:
    """Answers what a provider would."""

    def __init__(self, claims):
        self.claims = claims

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def get(self, url, **_unused):
        return self._answer(PAPERS if url.endswith("openid-configuration") else self.claims)

    def request(self, method, url, **_unused):
        return self._answer({"access_token": "a-token", "token_type": "Bearer"})

    def _answer(self, content):
        return SimpleNamespace(
            status_code=200,
            headers={"content-type": "application/json"},
            json=lambda: content,
            text=json.dumps(content),
            raise_for_status=lambda: None,
        )


def walk():
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from django.test import Client
    from django.test.utils import setup_test_environment

    setup_test_environment()
    from accounts.models import User
    from accounts.provider import ProviderAdapter
    from tests.accounts import showing

    def arrive(username):
        """Come back from the provider as this person; return the browser and where it was led."""
        claims = {"sub": f"id-of-{username}", "preferred_username": username, "name": "Whoever", "email": "x@y.example"}
        ProviderAdapter.get_requests_session = lambda self: Provider(claims)
        client = Client()
        sent = client.post("/sign-in/provider/oidc/login/", {"next": "/help/"})
        asked = parse_qs(urlsplit(sent.url).query)
        assert sent.url.startswith("https://id.example/authorise"), sent.url
        assert asked["code_challenge_method"] == ["S256"], asked
        callback = "/sign-in/provider/oidc/login/callback/"
        return client, client.get(callback, {"code": "c", "state": asked["state"][0]}), callback

    lena = User.objects.create_user("lena", name="Lena Fischer")
    User.objects.create_user("closed", name="Closed", is_active=False)
    nobody, people = "That name and password do not belong together", User.objects.count()

    client, led, _callback = arrive("lena")
    assert led.url == "/account/second-factor/", led.url
    assert client.get("/account/").status_code == 302

    showing.give_app(lena)
    client, led, callback = arrive("lena")
    assert led.url == "/sign-in/second-factor/", led.url
    assert client.get("/account/").status_code == 302
    assert client.post(led.url, {"code": showing.code()}).url == "/help/"
    assert client.get("/account/").status_code == 200

    for stranger in ("somebody", "closed", "", "LENA"):
        client, led, callback = arrive(stranger)
        assert led.url == "/sign-in/", (stranger, led.url)
        assert nobody in client.get("/sign-in/").content.decode()
    assert User.objects.count() == people

    forged = Client().get(callback, {"code": "c", "state": "made-up"})
    assert forged.status_code in {302, 403}, forged.status_code
    assert Client().get("/sign-in/provider/oidc/login/").status_code == 200
    assert "House sign-in" in Client().get("/sign-in/").content.decode()
    print("walked")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(ENVIRONMENT | {"DATABASE_URL": f"sqlite://{folder}/walk.sqlite3"})
        sys.path.insert(0, os.getcwd())
        walk()
