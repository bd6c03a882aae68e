"""The interval that the tables of bench_direct's samples give."""


def median_interval(samples, confidence=0.99):
    """Order statistics about the median: the narrowest symmetric ranks that cover it with the confidence."""
    ordered, n = sorted(samples), len(samples)
    term = outside = 0.5 ** n
    rank = 0
    while True:
        term *= (n - rank) / (rank + 1)
        if 2 * (outside + term) > 1 - confidence:
            return ordered[rank], ordered[n - 1 - rank]
        outside += term
        rank += 1
