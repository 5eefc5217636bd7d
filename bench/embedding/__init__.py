"""Training of the small static embedding for Dutch and English; see README.md beside this file."""
