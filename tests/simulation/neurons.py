"""An SWC file of a pyramidal cell that nobody traced: grown by chance, from a seed, with the numbers of a real one."""

import math

import numpy as np


def pyramidal(path, seed=7, basal=5, depth=4):
    """Soma, axon, basal dendrites and an apical tree; diameters by the 3/2 rule, with some of chance."""
    rng = np.random.default_rng(seed)
    rows = [(1, 1, 0.0, 0.0, 0.0, 8.0, -1)]

    def branch(kind, start, parent, heading, radius, level):
        place, heading = np.array(start), np.array(heading, dtype=float)
        for _ in range(int(rng.integers(4, 9))):
            heading += 0.25 * rng.normal(size=3)
            heading /= np.linalg.norm(heading)
            place = place + heading * rng.uniform(6, 14)
            radius = max(0.15, radius * rng.uniform(0.93, 1.0))
            rows.append((len(rows) + 1, kind, *np.round(place, 3), round(radius, 3), parent))
            parent = len(rows)
        if level:
            share = rng.uniform(0.35, 0.65)
            for part in (share, 1 - share):
                turn = heading + 0.7 * rng.normal(size=3)
                branch(kind, place, parent, turn / np.linalg.norm(turn), max(0.15, radius * part ** (2 / 3)), level - 1)

    for k in range(basal):
        angle = 2 * math.pi * k / basal
        heading = np.array([math.cos(angle), -0.4, math.sin(angle)])
        branch(3, 8 * heading / np.linalg.norm(heading), 1, heading, rng.uniform(0.6, 1.0), depth - 1)
    branch(4, (0, 8, 0), 1, (0, 1, 0), 1.8, depth)
    branch(2, (0, -8, 0), 1, (0, -1, 0), 0.6, 2)
    path.write_text(
        "# a pyramidal cell grown from a seed\n" + "\n".join(" ".join(map(str, row)) for row in rows) + "\n"
    )
    return path
