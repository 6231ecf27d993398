"""What is known of a sandbox's state: whether it may differ from the known one, and what would bring it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from drillbook.project.sandbox_model import Sandbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """The condition of a sandbox; as it is given here, that of new hosts. Only `LiveSandbox` replaces it."""

    dirty: bool = False
    """The state may differ from the known one."""
    used: bool = False
    """Something ran since the hosts were made."""
    control: str | None = None
    """The control that is applied, if the next one that asks for it may take it as it is."""
    sound: Mapping[str, str] | None = None
    """What the probes read before the change that is to be brought back."""
    first: Mapping[str, str] | None = None
    """What they read when the state had been laid out."""
    touched: frozenset[str] = frozenset()
    """The hosts on which a probe has moved since the state was the known one."""

    def begin_use(self) -> Condition:
        """Return the condition while something may be changed: until that is settled, nobody knows the state."""
        return replace(self, dirty=True, used=True)

    def begin_control(self, host: str, sound: Mapping[str, str]) -> Condition:
        """Return the condition once a control may have changed a host."""
        return replace(self, dirty=True, control=None, sound=sound, touched=self.touched | {host})

    def settle(self, sandbox: Sandbox, before: Mapping[str, str], after: Mapping[str, str], *, left: bool) -> Condition:
        """Return the condition after a use, by what the probes read; `left`: processes of it had to be killed."""
        return replace(
            self,
            dirty=left or sandbox.keep_lasting(before) != sandbox.keep_lasting(after),
            sound=None if left else before,
            touched=self.touched | sandbox.find_moved(before, after),
        )

    def restore(self) -> Condition:
        """Return the condition once all probes read as in the known state again, on hosts that were used."""
        return replace(self, dirty=False, control=None, touched=frozenset())

    def find_moved(self, lasting: Mapping[str, str], sound: Mapping[str, str]) -> list[str]:
        """Return the probes that read neither as before the change nor as when the state was laid out."""
        first = self.first or sound
        return sorted(name for name, text in lasting.items() if text not in (sound[name], first[name]))
