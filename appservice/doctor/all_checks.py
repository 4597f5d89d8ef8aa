"""All checks, by the names that `matrix-ppv doctor` prints."""

from collections.abc import Mapping

from appservice.doctor.check_gate import GateCheck
from appservice.doctor.check_homeserver import HomeserverChecks
from appservice.doctor.check_mail import MailCheck
from appservice.doctor.check_pkcs11 import Pkcs11Check
from appservice.doctor.check_public_url import PublicCheck
from appservice.doctor.check_result import Check
from appservice.doctor.check_rooms import RoomChecks
from appservice.doctor.check_storage import StorageChecks
from appservice.doctor.check_stripe import StripeChecks
from appservice.doctor.check_widget import WidgetCheck
from config.settings import Settings


def all_checks(settings: Settings) -> Mapping[str, Check]:
    return {
        **HomeserverChecks(settings).all(),
        **GateCheck(settings).all(),
        **RoomChecks(settings).all(),
        **StorageChecks(settings).all(),
        **Pkcs11Check(settings).all(),
        **StripeChecks(settings).all(),
        "public": PublicCheck(settings).reachable,
        **WidgetCheck(settings).all(),
        **MailCheck(settings).all(),
    }
