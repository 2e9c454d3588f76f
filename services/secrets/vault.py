"""Seal what has to stay secret, and open it again."""

from __future__ import annotations

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services.secrets.master_keys import MasterKeys

VERSION: Final = "v1"
NONCE: Final = 12  # bytes, made anew for each seal
NAMING: Final = b"omnichat: name of a master key"
SEALING: Final = b"omnichat: keys of providers"


class SealError(Exception):
    """What was sealed cannot be opened: made with another master key, for somebody else, or changed since."""


class Vault:
    """AES-256-GCM; what is sealed opens only with the very words it was ``bound`` to: whose, for whom, and where."""

    def __init__(self, masters: MasterKeys) -> None:
        self._masters = masters
        self._known: tuple[str, ...] = ()
        self._ciphers: dict[str, AESGCM] = {}
        self._keys: dict[bytes, dict[str, bytes]] = {}

    @property
    def newest(self) -> str:
        """What everything begins with that is sealed with the newest master key."""
        return f"{VERSION}.{list(self._fresh())[-1]}."

    def seal(self, text: str, *bound: str) -> str:
        """Return ``text`` so that nobody can read it."""
        name, cipher = list(self._fresh().items())[-1]
        nonce = os.urandom(NONCE)
        sealed = nonce + cipher.encrypt(nonce, text.encode(), _words(name, bound))
        return f"{VERSION}.{name}.{urlsafe_b64encode(sealed).decode()}"

    def open(self, sealed: str, *bound: str) -> str:
        """Return the text that was sealed; raise a ``SealError`` that holds nothing of it."""
        version, _, rest = sealed.partition(".")
        name, _, packed = rest.partition(".")
        cipher = self._fresh().get(name)
        if version != VERSION or cipher is None:
            raise SealError("it was sealed with another master key")
        try:
            raw = urlsafe_b64decode(packed)
            return cipher.decrypt(raw[:NONCE], raw[NONCE:], _words(name, bound)).decode()
        except (ValueError, InvalidTag) as error:
            raise SealError("it was sealed for somebody else, or changed since") from error

    def keys(self, purpose: bytes) -> Mapping[str, bytes]:
        """Return keys of 32 bytes that serve one ``purpose`` alone, by the names of their master keys, newest last."""
        self._fresh()
        if purpose not in self._keys:
            self._keys[purpose] = {_derived(each, NAMING, 6).hex(): _derived(each, purpose, 32) for each in self._known}
        return self._keys[purpose]

    def _fresh(self) -> dict[str, AESGCM]:
        """Return the ciphers by the names of their master keys, the newest last."""
        secrets = self._masters.secrets()
        if secrets != self._known:
            self._ciphers = {_derived(each, NAMING, 6).hex(): AESGCM(_derived(each, SEALING, 32)) for each in secrets}
            self._known = secrets
            self._keys.clear()
        return self._ciphers


def _words(name: str, bound: tuple[str, ...]) -> bytes:
    return json.dumps([VERSION, name, *bound]).encode()


def _derived(secret: str, purpose: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=purpose).derive(secret.encode())
