"""The secrets of every app in a test, so that none looks for them in a data folder."""

SECRETS = {"secret_key": "for tests only", "master_key": "A" * 43}
