"""The mail server, for those who can be told in no other way."""

from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from config.mail_address import sender_address
from config.sections.section import Section


class Mail(Section):
    server: str = Field(default="", max_length=255)
    """Its name; empty for no mail."""
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password: SecretStr = SecretStr("")
    sender: str = Field(default="", max_length=255)
    """Whom letters come from."""

    @model_validator(mode="after")
    def _it_is_whole(self) -> Self:
        if self.server or self.sender:
            try:
                sender_address(self.sender)
            except ValueError as error:
                raise ValueError(f"sender {error}") from None
        if self.password.get_secret_value() and self.security == "none":
            raise ValueError("security is none, so the password would be sent for all to read")
        return self
