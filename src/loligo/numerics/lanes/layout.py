"""The layout of a block of lanes: number types, and where everything stands.

A *lane* is one variant of a cell, ``n`` lanes make a block. What the vector units work on lies in two arrays.

``b``
    rows of ``n`` numbers: the input (from offset 0), the parameters of the cell (from ``Q``), then groups of one row
    for each state: the states (``Y``), the states one step later (``Z``), the step repeated for every state (``HH``),
    what the physics reads and writes (``IN``, ``P``, ``S``), the derivatives at the beginning and the end of the step
    (``FIRST``, ``LAST``), and the work of the method (from ``WORK``). A group is contiguous, so that one flat loop of
    ``size = states * n`` serves all states of all lanes; groups lie at constant distances, so that the compiler sees
    that they never overlap. The distance is no multiple of a memory page, lest all groups compete for one cache set.
``r``
    rows of ``ROW`` numbers for the book-keeping of each lane, at the constant offsets below.
"""

import numpy as np

real, integer, index = np.float64, np.int64, np.int64

ROW = index(64)  # the most lanes in a block
WIDTH = index(4096)  # the most numbers in a group
PADDING = index(24)
GROUP = WIDTH + PADDING  # from one group to the next
Q = ROW
PARAMETER_ROWS = index(256)
Y = Q + PARAMETER_ROWS * ROW
Z, HH = Y + GROUP, Y + index(2) * GROUP
IN, P, S = Y + index(3) * GROUP, Y + index(4) * GROUP, Y + index(5) * GROUP
FIRST, LAST = Y + index(6) * GROUP, Y + index(7) * GROUP
WORK = Y + index(8) * GROUP


BASE, SLOPE = index(0) * ROW, index(1) * ROW  # of the input in the present segment
TAU, LENGTH = index(2) * ROW, index(3) * ROW  # time since the segment began; its length
H = index(4) * ROW  # the step
WANTED = index(5) * ROW  # the step that the error control would take if no segment ended
LEAST = index(6) * ROW  # a step below this makes no progress
CONTROL = index(7) * ROW  # tolerance, or the step asked for
ERROR, OLDER = index(8) * ROW, index(9) * ROW  # error of the step in units of the tolerance; logarithm of the last one
ACCEPTED = index(10) * ROW  # 1 or 0, as are OVER, ATTENTION, RISING, COUNTED and HELD
OVER = index(11) * ROW  # the step ends the segment
ATTENTION = index(12) * ROW  # this lane needs a look
RISING, COUNTED, HELD = index(13) * ROW, index(14) * ROW, index(15) * ROW  # see observe.py
TROUGH, PEAK = index(16) * ROW, index(17) * ROW  # of V since it last turned
DUE = index(18) * ROW  # time, since the segment began, of the next output sample
STEPS, REJECTED = index(19) * ROW, index(20) * ROW  # counted so far
ROWS = index(21) * ROW
