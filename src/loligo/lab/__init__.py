"""The laboratory: what people touch. Lessons live in `lessons`."""
