"""What people touch: the page and the command line; the place where the parts are put together."""

import kb  # noqa: F401 - first of all, as it settles how many threads numpy takes
