"""The core over HTTP: routes, the records on the wire, one table of errors."""

import kb  # noqa: F401 - first of all, as it settles how many threads numpy takes
