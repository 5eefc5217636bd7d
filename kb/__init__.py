"""The core: a question in, an answer with checked citations out; knows nothing of the web."""
