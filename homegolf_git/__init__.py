"""A git ledger of training runs: rows hold facts, verdicts are computed from them."""

__version__ = "0.1.0"
