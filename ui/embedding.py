"""The page in a frame of another web site: which sites may do so, as a header tells the browser."""

from __future__ import annotations

from kb.settings import Settings

_OWN = "frame-ancestors 'self'"


def policy(own: str, settings: Settings) -> str:
    """The page's content security policy, opened for the sites of `ROUTEWIJZER_EMBED_ORIGINS`."""
    sites = settings.embed_origins.replace(",", " ")
    return own.replace(_OWN, f"{_OWN} {sites}") if sites else own
