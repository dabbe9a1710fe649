"""Addresses of the accounts pages."""

from django.urls import path

from accounts import views

app_name = "accounts"

session_urls = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/as/<uuid:person>/", views.sign_in_as, name="sign_in_as"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("lock/", views.lock, name="lock"),
]
own_urls = [
    path("account/", views.account, name="account"),
    path("account/confirm/", views.confirm, name="confirm"),
    path("language/", views.language, name="language"),
]
help_urls = [
    path("help/", views.help, name="help"),
    path("help/words/", views.words, name="words"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
]
urlpatterns = [*session_urls, *own_urls, *help_urls]
