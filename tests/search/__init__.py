"""Tests of the search: stop condition, delta ledger, blockers, transfer, backtest, and the pages."""
