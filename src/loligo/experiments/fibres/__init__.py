"""Questions asked of a fibre: how fast and how safely an impulse travels, what it does to its surroundings."""
