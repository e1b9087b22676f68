"""Columns of the tables that a run reads and fills.

``segment`` has one row per segment of an input and one that holds its end; a segment may begin with an event, at which
the state ``TARGET`` jumps, and rows of no length hold further events of that time. ``wave`` has one row per
oscillation; ``offset`` says where the segments and waves of each variant begin and end (variants may share them).
``watcher`` says of each function that looks on its address, and where its settings and its rows of memory begin.
``tally`` (integers) and ``note`` are results.
"""

TIME, BASE_VALUE, SLOPE_VALUE, TARGET, JUMP, SEGMENT_COLUMNS = 0, 1, 2, 3, 4, 5
NO_TARGET = -1.0
ON, OFF, AMPLITUDE, ANGULAR, SWEEP, PHASE, WAVE_COLUMNS = 0, 1, 2, 3, 4, 5, 6
SEGMENTS, SEGMENTS_END, WAVES, WAVES_END, OFFSET_COLUMNS = 0, 1, 2, 3, 4
STATES, PARAMETERS, SAMPLES, RECORDED, CAPACITY, OSCILLATIONS, WATCHERS, WATCHED_ROWS, TRACED = range(9)
THRESHOLD, RISE, WATCH, EVERY, FIRST_STEP, MOST_STEPS = 0, 1, 2, 3, 4, 5

ADDRESS, SETTINGS, MEMORY, WATCHER_COLUMNS = 0, 1, 2, 3
SPIKE_COUNT, MISSED_COUNT, STEP_COUNT, REJECTED_COUNT, STATUS, CULPRIT, TALLY_COLUMNS = 0, 1, 2, 3, 4, 5, 6
END, MISSED_PEAK, NOTE_COLUMNS = 0, 1, 2
UNFINISHED, DONE, BLOWN_UP, GIVEN_UP = 0, 1, 2, 3
