"""What the golden cases cover: read from the recorded cases themselves, not from their names."""
