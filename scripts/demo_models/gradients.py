"""Equal gradients in several training processes, through shared memory.

One single-threaded process a core: threads inside a step would wait for each other at every operation,
which on a busy machine costs most of the time. Processes meet once a step.
"""

import multiprocessing
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier

import torch
from torch import Tensor, nn

_PATIENCE = 600.0
"""Seconds after which a process that has not come is held for dead."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What the processes share. Two buffers take turns, so that one meeting a step is enough."""

    rows: Tensor
    """(2, processes, numbers)"""
    barrier: Barrier

    @classmethod
    def between(cls, processes: int, model: nn.Module) -> "Exchange":
        """For models like `model`; one number more than its gradients is exchanged, the clock."""
        numbers = sum(parameter.numel() for parameter in model.parameters()) + 1
        rows = torch.zeros(2, processes, numbers).share_memory_()
        return cls(rows, multiprocessing.get_context("spawn").Barrier(processes))


class Rank:
    """One process's side of the exchange; rank 0 keeps the clock."""

    def __init__(self, exchange: Exchange, rank: int) -> None:
        self.number = rank
        self.count = exchange.rows.shape[1]
        self._exchange = exchange
        self._turn = 0

    def average(self, model: nn.Module, minutes: float) -> float:
        """Replace the model's gradients by their mean over all processes; the minutes of rank 0.

        Raises threading.BrokenBarrierError where another process is gone.
        """
        parameters = list(model.parameters())
        rows = self._exchange.rows[self._turn]
        self._turn = 1 - self._turn
        at = 0
        for parameter in parameters:
            size = parameter.numel()
            if parameter.grad is None:
                rows[self.number, at : at + size] = 0
            else:
                rows[self.number, at : at + size] = parameter.grad.flatten()
            at += size
        rows[self.number, at] = minutes
        self._exchange.barrier.wait(_PATIENCE)
        mean = rows.mean(0)
        at = 0
        for parameter in parameters:
            size = parameter.numel()
            parameter.grad = mean[at : at + size].view_as(parameter)
            at += size
        return float(rows[0, at])
