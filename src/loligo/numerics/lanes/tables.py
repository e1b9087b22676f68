"""What is kept of each lane besides the block: rows of ``ROW`` numbers in ``clock`` (float64) and ``memo``
(integers)."""

from .interface import ROW, index

START, STOP = index(0), ROW  # of the present segment
PENDING = index(2) * ROW  # time of a crossing whose rise is not yet confirmed
CLOCKS = index(3) * ROW

VARIANT, SEGMENT = index(0), ROW  # the variant is -1 in an idle lane
REACHED = index(2) * ROW  # next output sample
FIRST_WAVE, LAST_WAVE = index(3) * ROW, index(4) * ROW
MEMOS = index(5) * ROW
