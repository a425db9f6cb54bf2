"""WHAT THE APP CAN DO. Functions: load, apply a rule, store, flush."""
