"""All checks, by the names that `matrix-ppv doctor` prints."""

from collections.abc import Mapping

from appservice.checkup.finding import Check
from appservice.checkup.gate import GateCheck
from appservice.checkup.homeserver import HomeserverChecks
from appservice.checkup.mail import MailCheck
from appservice.checkup.money import MoneyChecks
from appservice.checkup.public import PublicCheck
from appservice.checkup.records import RecordChecks
from appservice.checkup.rooms import RoomChecks
from appservice.checkup.token import TokenCheck
from appservice.checkup.widget import WidgetCheck
from config.settings import Settings


def all_checks(settings: Settings) -> Mapping[str, Check]:
    return {
        **HomeserverChecks(settings).all(),
        **GateCheck(settings).all(),
        **RoomChecks(settings).all(),
        **RecordChecks(settings).all(),
        **TokenCheck(settings).all(),
        **MoneyChecks(settings).all(),
        "public": PublicCheck(settings).reachable,
        **WidgetCheck(settings).all(),
        **MailCheck(settings).all(),
    }
