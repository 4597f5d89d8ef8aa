"""Re-encrypt the bot's own keys under the active key-encryption key (KEK)."""

from appservice.matrix.crypto.store_dir import CryptoFolder
from appservice.matrix.crypto.trust.cross_signing_keys import CrossSigning


def rewrap(folder: CryptoFolder) -> CryptoFolder:
    """Return the folder, needing no older KEK any more. Raise CryptoUnusable.

    Each file names its KEK, so this may be interrupted anywhere.
    """
    kek = CrossSigning.kek_of(folder.identity_file)
    if kek is not None and kek != folder.active:
        identity = CrossSigning.load(folder.identity_file, folder.user, folder.keks)
        if identity is not None:
            identity.save(folder.identity_file, folder.active, folder.keks[folder.active])
    return folder.rewrapped()
