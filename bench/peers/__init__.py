"""Routewijzer beside the frameworks that it could have been built with, in one run on one machine.

Same documents, same passages, same embedding model, no network. The frameworks are no dependency of the project:
`make bench-peers` installs them into an environment of their own.
"""
