"""Addresses of the accounts pages."""

from django.urls import path

from accounts.views import entering, factors, helping, own

app_name = "accounts"

session_urls = [
    path("sign-in/", entering.sign_in, name="sign_in"),
    path("sign-in/as/<uuid:person>/", entering.sign_in_as, name="sign_in_as"),
    path("sign-in/second-factor/", entering.second_factor, name="second_factor"),
    path("sign-in/continue/<int:place>/", entering.carry_on, name="carry_on"),
    path("sign-in/first/<uuid:person>/<str:token>/", entering.first_password, name="first_password"),
    path("sign-out/", entering.sign_out, name="sign_out"),
    path("lock/", entering.lock, name="lock"),
]
own_urls = [
    path("account/", own.account, name="account"),
    path("account/confirm/", own.confirm, name="confirm"),
    path("account/password/", own.password, name="password"),
    path("account/travel/", own.travel, name="travel"),
    path("language/", own.language, name="language"),
]
# /account/second-factor/...: what a person shows besides the password
factor_urls = [
    path("account/second-factor/", factors.factors, name="factors"),
    path("account/second-factor/app/", factors.add_app, name="add_app"),
    path("account/second-factor/passkey/", factors.add_passkey, name="add_passkey"),
    path("account/second-factor/codes/", factors.renew_codes, name="renew_codes"),
    path("account/second-factor/<int:factor>/remove/", factors.remove_factor, name="remove_factor"),
]
help_urls = [
    path("help/", helping.help, name="help"),
    path("help/words/", helping.words, name="words"),
    path("accessibility/", helping.accessibility, name="accessibility"),
    path("privacy/", helping.privacy, name="privacy"),
]
urlpatterns = [*session_urls, *own_urls, *factor_urls, *help_urls]
