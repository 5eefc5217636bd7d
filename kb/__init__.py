"""The core: a question in, an answer with checked citations out; knows nothing of the web."""

import os

# The products of small matrices that a question takes are not worth dividing: the threads of numpy's BLAS wait for one
# another in busy loops, which doubled the processor time of an answer. Read when numpy is imported, so set before that.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
