"""Voltage-clamp protocols, and the way from their records to rates.

Under an ideal clamp steps are in closed form, so that every sample is exact; a ramp is integrated.
"""
