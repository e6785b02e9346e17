"""AS2 (RFC 4130) as bytes and headers: messages and receipts built, opened and judged. No HTTP, no files, no clock."""
