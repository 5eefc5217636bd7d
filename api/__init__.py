"""The core over HTTP: routes, the records on the wire, one table of errors."""
