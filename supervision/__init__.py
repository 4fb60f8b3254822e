"""The office and its database: every step of a double-random inspection, in the order of the work."""

import os

# The matrices of a pairing are small: on several cores the threads of OpenBLAS wait for each other for longer
# than they count (3,000 tasks × 300 people: 8.5 CPU seconds, 3.5 on one). Read once, when numpy is loaded;
# whoever has set it is obeyed.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
