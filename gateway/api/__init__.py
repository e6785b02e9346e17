"""The HTTP doors for machines: AS2, uploads with a partner's token, lists as JSON, health."""
