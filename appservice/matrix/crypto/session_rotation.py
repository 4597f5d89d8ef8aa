"""Moving the bot's own encryption under another key-encryption key (KEK)."""

from appservice.matrix.crypto.store_dir import CryptoFolder
from appservice.matrix.crypto.trust.cross_signing_keys import CrossSigning


def under_active(folder: CryptoFolder) -> CryptoFolder:
    """So that no older KEK is needed any more. Raises CryptoUnusable.

    Each file names the KEK that it is locked up under, so this may be cut off anywhere.
    """
    kek = CrossSigning.kek_of(folder.identity_file)
    if kek is not None and kek != folder.active:
        identity = CrossSigning.load(folder.identity_file, folder.user, folder.keks)
        if identity is not None:
            identity.save(folder.identity_file, folder.active, folder.keks[folder.active])
    return folder.under_active()
