"""The secret is made once and is its owner's alone."""

import os
import stat

import pytest

from fstpwa.secrets_file import make_data_folder, make_secret


@pytest.fixture
def careless_umask():
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("careless_umask")
def test_folder_and_secret_are_their_owners_alone_whatever_the_umask(tmp_path):
    folder = tmp_path / "a" / "data"
    make_data_folder(folder)
    make_secret(folder / "secret_key")

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600


def test_a_secret_that_is_there_is_kept(tmp_path):
    file = tmp_path / "secret_key"

    assert make_secret(file) is True
    secret = file.read_text()
    assert make_secret(file) is False

    assert file.read_text() == secret
    assert len(secret.strip()) >= 43  # 256 bits
    assert [found.name for found in tmp_path.iterdir()] == ["secret_key"]


def test_two_machines_have_different_secrets(tmp_path):
    make_secret(tmp_path / "one")
    make_secret(tmp_path / "two")

    assert (tmp_path / "one").read_text() != (tmp_path / "two").read_text()
