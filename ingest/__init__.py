"""The way in: a file becomes a document, the document chunks, the chunks an index that is kept in step."""

import kb  # noqa: F401 - first of all, as it settles how many threads numpy takes
