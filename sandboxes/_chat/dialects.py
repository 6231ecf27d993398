"""How chats speak to a bot: what a request says, and how it is answered. Texts and replies are the same in all."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

LATEST = 300
"""Seconds after which a signed request is too old; Slack's documentation names five minutes."""


class UnauthorizedError(Exception):
    """The request does not come from the chat."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message: who typed it, what, and how a reply to it is written as JSON."""

    sender: str
    text: str
    reply: Callable[[str], dict[str, Any]] = field(repr=False)


def read_telegram(headers: Mapping[str, str], body: bytes, settings: Mapping[str, str]) -> Said | None:
    """Read an update of Telegram's Bot API, whose webhook was set with a `secret_token`.

    https://core.telegram.org/bots/api#setwebhook and #making-requests-when-getting-updates.
    """
    expect_same(headers.get("X-Telegram-Bot-Api-Secret-Token", ""), settings["BOT_SECRET"])
    message = json.loads(body).get("message", {})
    text = str(message.get("text", ""))
    word, at, name = text.partition(" ")[0].partition("@")
    if word.startswith("/") and at:
        # In a group a command may name the bot that it is for.
        if name.lower() != settings["BOT_NAME"].removeprefix("@").lower():
            return None
        text = text.replace(at + name, "", 1)
    place = {"chat_id": message["chat"]["id"], "reply_parameters": {"message_id": message["message_id"]}}
    sender = message.get("from", {}).get("username", "somebody")
    return Said(sender, text, lambda reply: {"method": "sendMessage", "text": reply, **place})


def read_rocketchat(headers: Mapping[str, str], body: bytes, settings: Mapping[str, str]) -> Said | None:
    """Read what Rocket.Chat's outgoing webhook sends: JSON with token, channel, user_name, text and bot.

    https://docs.rocket.chat/docs/integrations; the answer's `text` is posted into the channel. Bots are not read.
    """
    sent = json.loads(body)
    expect_same(str(sent.get("token", "")), settings["BOT_SECRET"])
    return None if sent.get("bot") else Said(sent["user_name"], sent["text"], lambda reply: {"text": reply})


def read_slack(headers: Mapping[str, str], body: bytes, settings: Mapping[str, str]) -> Said | None:
    """Read Slack's slash command: a form with command, text and user_name, signed with the app's signing secret.

    https://docs.slack.dev/interactivity/implementing-slash-commands and /authentication/verifying-requests-from-slack.
    """
    sent_at = headers.get("X-Slack-Request-Timestamp", "")
    signed = hmac.new(settings["BOT_SECRET"].encode(), b"v0:" + sent_at.encode() + b":" + body, hashlib.sha256)
    expect_same(headers.get("X-Slack-Signature", ""), f"v0={signed.hexdigest()}")
    if abs(time.time() - int(sent_at)) > LATEST:
        raise UnauthorizedError
    form = {name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
    text = f"{form['command']} {form['text']}".rstrip()
    return Said(form["user_name"], text, lambda reply: {"response_type": "in_channel", "text": reply})


def expect_same(given: str, wanted: str) -> None:
    """Compare secrets in the same time wherever they differ. Raises UnauthorizedError."""
    if not hmac.compare_digest(given.encode(), wanted.encode()):
        raise UnauthorizedError


DIALECTS = {"telegram": read_telegram, "rocketchat": read_rocketchat, "slack": read_slack}
