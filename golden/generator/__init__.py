"""Makes the golden cases: inputs by feature axes, expected values from NumPy and mpmath."""
