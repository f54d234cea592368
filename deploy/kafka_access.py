from dataclasses import dataclass, field

from shared.settings import KafkaSettings


@dataclass(frozen=True, slots=True)
class KafkaAccess:
    """Where a broker is, and as whom to speak to it."""

    bootstrap_servers: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    security_protocol: str = "SASL_PLAINTEXT"
    sasl_mechanism: str = "SCRAM-SHA-256"
    ssl_cafile: str | None = None

    def as_environment(self) -> dict[str, str]:
        """What a service reads."""
        values = {
            "KAFKA_BOOTSTRAP_SERVERS": self.bootstrap_servers,
            "KAFKA_SECURITY_PROTOCOL": self.security_protocol,
            "KAFKA_SASL_MECHANISM": self.sasl_mechanism if self.username else None,
            "KAFKA_SASL_USERNAME": self.username,
            "KAFKA_SASL_PASSWORD": self.password,
            "KAFKA_SSL_CAFILE": self.ssl_cafile,
        }
        return {name: value for name, value in values.items() if value is not None}

    def as_settings(self) -> KafkaSettings:
        """What a bare aiokafka client is made from (`shared.kafka_clients.client_options`)."""
        values = {
            "bootstrap_servers": self.bootstrap_servers,
            "security_protocol": self.security_protocol,
            "sasl_mechanism": self.sasl_mechanism,
            "sasl_username": self.username or "",
            "sasl_password": self.password or "",
            "ssl_cafile": self.ssl_cafile,
        }
        return KafkaSettings.model_validate(values)

    def as_librdkafka(self) -> dict[str, str | int | float | bool]:
        """What confluent-kafka reads."""
        values = {
            "bootstrap.servers": self.bootstrap_servers,
            "security.protocol": self.security_protocol,
            "sasl.mechanism": self.sasl_mechanism if self.username else None,
            "sasl.username": self.username,
            "sasl.password": self.password,
            "ssl.ca.location": self.ssl_cafile,
        }
        return {name: value for name, value in values.items() if value is not None}
