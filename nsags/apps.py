from django.apps import AppConfig


class NsagsConfig(AppConfig):
    name = "nsags"
