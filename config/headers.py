"""The walls that browsers are asked to put up around every page; docs/explanation/security.md says what each is for."""

from urllib.parse import urlsplit

from csp.constants import NONE, SELF

# Features that Chromium, Firefox and Safari know by name. Passkeys need the two that are ours alone.
DENIED = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "clipboard-read",
    "clipboard-write",
    "compute-pressure",
    "cross-origin-isolated",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "identity-credentials-get",
    "idle-detection",
    "keyboard-map",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "otp-credentials",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "speaker-selection",
    "storage-access",
    "sync-xhr",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)
OURS = ("publickey-credentials-create", "publickey-credentials-get")

EVERYWHERE = {
    "Cache-Control": "no-store",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join([f"{name}=()" for name in DENIED] + [f"{name}=(self)" for name in OURS]),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def origins(*addresses: str) -> tuple[str, ...]:
    """Return scheme and host of each address that is not empty."""
    parts = (urlsplit(address) for address in addresses if address)
    return tuple(f"{part.scheme}://{part.netloc}" for part in parts)


def content_policy(*, sign_in_at: tuple[str, ...] = ()) -> dict[str, dict[str, list[str]]]:
    """Return the Content-Security-Policy; `sign_in_at` names the origins to which a form may lead for signing in."""
    return {
        "DIRECTIVES": {
            "default-src": [NONE],
            "script-src": [SELF],
            "style-src": [SELF],
            "img-src": [SELF],
            "font-src": [SELF],
            "connect-src": [SELF],
            "form-action": [SELF, *sign_in_at],
            "base-uri": [NONE],
            "frame-ancestors": [NONE],
            "require-trusted-types-for": ["'script'"],
            # No policy may be made, so no text can ever become markup or script.
            "trusted-types": [NONE],
        }
    }
