"""The performance benchmark: every figure a ratio, taken in one run beside a floor."""
