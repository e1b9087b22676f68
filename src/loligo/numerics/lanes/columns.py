"""Columns of the tables that a run reads and fills.

``segment`` has one row per segment of a variant's input and one that holds its end, ``wave`` one per oscillation,
``offset`` the first segment and wave of each variant (and one row for the end); ``tally`` (integers) and ``note`` are
results.
"""

TIME, BASE_VALUE, SLOPE_VALUE, SEGMENT_COLUMNS = 0, 1, 2, 3
ON, OFF, AMPLITUDE, ANGULAR, SWEEP, PHASE, WAVE_COLUMNS = 0, 1, 2, 3, 4, 5, 6
SEGMENTS, WAVES, OFFSET_COLUMNS = 0, 1, 2
STATES, PARAMETERS, SAMPLES, RECORDED, CAPACITY, OSCILLATIONS = 0, 1, 2, 3, 4, 5
THRESHOLD, RISE, WATCH, EVERY, FIRST_STEP = 0, 1, 2, 3, 4

SPIKE_COUNT, MISSED_COUNT, STEP_COUNT, REJECTED_COUNT, STATUS, CULPRIT, TALLY_COLUMNS = 0, 1, 2, 3, 4, 5, 6
END, MISSED_PEAK, NOTE_COLUMNS = 0, 1, 2
UNFINISHED, DONE, BLOWN_UP = 0, 1, 2
