"""The loop that trains: a rate that rises and falls, clipped gradients, checkpoints to resume from."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import click
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

SAVE_EVERY = 300.0  # seconds
LEAST_SHARE = 0.02  # of the rate, at the end
Step = TypeVar("Step")


class Trained(Protocol):
    def trained(self) -> dict[str, Tensor]:
        """The parameters that learn, by name: all that a checkpoint has to hold. A head's begin with "head"."""

    def train(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Rates:
    """The rate rises for the share `warmup` of the steps, then falls to 0; a new head learns faster."""

    rate: float
    head_rate: float
    warmup: float
    decay: float = 0.0


class Loop:
    """Owns the optimiser and the checkpoint in `out`; `facts` go into it."""

    def __init__(self, model: Trained, rates: Rates, out: Path, facts: Mapping[str, object]) -> None:
        self._model, self._rates, self._out, self._facts = model, rates, out, facts
        head = [p for name, p in model.trained().items() if name.startswith("head")]
        rest = [p for name, p in model.trained().items() if not name.startswith("head")]
        groups = [{"params": rest, "rate": rates.rate}, {"params": head, "rate": rates.head_rate}]
        self._optimiser = torch.optim.AdamW(groups, lr=rates.rate, weight_decay=rates.decay, betas=(0.9, 0.98))

    def run(self, plan: Sequence[Step], backward: Callable[[Step], float], minutes: float) -> None:
        """`backward` leaves the gradients of one step and returns its loss.

        Goes on from the checkpoint, if there is one, until all steps are done or `minutes` have passed.
        """
        done = self._resume()
        click.echo(f"{len(plan)} steps, {done} done")
        begun = saved = time.monotonic()
        running: float | None = None
        self._model.train()
        for step in range(done, len(plan)):
            self._set_rate(step, len(plan))
            loss = backward(plan[step])
            nn.utils.clip_grad_norm_(self._model.trained().values(), 1.0)
            self._optimiser.step()
            self._optimiser.zero_grad()
            running = loss if running is None else 0.98 * running + 0.02 * loss
            if step % 10 == 0:
                click.echo(f"step {step} loss {running:.4f} {time.monotonic() - begun:.0f} s")
            if time.monotonic() - saved > SAVE_EVERY:
                self.save(step + 1)
                saved = time.monotonic()
            if time.monotonic() - begun > minutes * 60:
                self.save(step + 1)
                return
        self.save(len(plan))

    def _set_rate(self, step: int, steps: int) -> None:
        warm = max(1, int(self._rates.warmup * steps))
        share = min((step + 1) / warm, max(LEAST_SHARE, (steps - step) / max(1, steps - warm)))
        for group in self._optimiser.param_groups:
            group["lr"] = group["rate"] * share

    def save(self, step: int) -> None:
        """Weights, both moments and the step, written beside and moved into place."""
        state = {name: p.detach().clone() for name, p in self._model.trained().items()}
        for name, parameter in self._model.trained().items():
            for moment in ("exp_avg", "exp_avg_sq"):
                if parameter in self._optimiser.state:
                    state[f"{moment}:{name}"] = self._optimiser.state[parameter][moment].clone()
        self._out.mkdir(parents=True, exist_ok=True)
        fresh = self._out / "checkpoint.new"
        save_file(state, fresh, {"step": str(step), "recipe": json.dumps(self._facts)})
        fresh.replace(self._out / "checkpoint.safetensors")

    def _resume(self) -> int:
        path = self._out / "checkpoint.safetensors"
        if not path.exists():
            return 0
        step = restore(self._model, path)
        state = load_file(path)
        for name, parameter in self._model.trained().items():
            if f"exp_avg:{name}" in state:
                moments = {moment: state[f"{moment}:{name}"] for moment in ("exp_avg", "exp_avg_sq")}
                self._optimiser.state[parameter] = {"step": torch.tensor(float(step)), **moments}
        return step


def restore(model: Trained, path: Path) -> int:
    """Puts a checkpoint's weights into `model` and gives the step it was made at."""
    with safe_open(path, "pt") as file:
        step = int(file.metadata()["step"])
        with torch.no_grad():
            for name, parameter in model.trained().items():
                parameter.copy_(file.get_tensor(name))
    return step
