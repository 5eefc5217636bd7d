"""What people touch: the page and the command line; the place where the parts are put together."""
