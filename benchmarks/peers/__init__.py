"""Loligo's peers: a script for each (`on_*.py`), the pipe to them, and what the command `peers.py` needs beside."""
