"""Small plots as SVG text: a line through measured points, a strip of durations against their limit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 640, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 14, 16, 40


def line_plot(points: Sequence[tuple[float, float]], title: str, x_label: str, y_label: str) -> str:
    """A step line through ``points`` (x, y), axes labelled with their units."""
    if not points:
        return ""
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    x_scale, y_scale = (
        _Scale(min(xs), max(xs), _LEFT, WIDTH - _RIGHT),
        _Scale(min(0.0, *ys), max(ys), HEIGHT - _BOTTOM, _TOP),
    )
    path = " ".join(f"{'M' if i == 0 else 'L'}{x_scale(x):.1f},{y_scale(y):.1f}" for i, (x, y) in enumerate(points))
    body = _axes(x_scale, y_scale, x_label, y_label) + f'<path class="line" d="{path}"/>'
    return _frame(body, title)


def strip_plot(values: Sequence[float], limit: float | None, title: str, x_label: str) -> str:
    """Each value as a mark on one axis, and the limit as a line."""
    if not values:
        return ""
    top = max([*values, limit or 0.0])
    x_scale = _Scale(0.0, top * 1.05 or 1.0, _LEFT, WIDTH - _RIGHT)
    middle = (_TOP + HEIGHT - _BOTTOM) / 2
    marks = "".join(
        f'<circle class="mark" cx="{x_scale(value):.1f}" cy="{middle + 28 * math.sin(index * 2.4):.1f}" r="3"/>'
        for index, value in enumerate(values)
    )
    bound = ""
    if limit is not None:
        x = x_scale(limit)
        bound = f'<path class="limit" d="M{x:.1f},{_TOP} V{HEIGHT - _BOTTOM}"/>'
        bound += f'<text x="{x - 5:.1f}" y="{_TOP + 10}" text-anchor="end">limit {limit:g}</text>'
    return _frame(_x_axis(x_scale, x_label) + marks + bound, title)


@dataclass(frozen=True, slots=True)
class Banded:
    """One measured value, what was expected, and from where to where it is accepted; ``what`` it is about."""

    value: float
    expected: float
    low: float
    high: float
    what: str = ""


def band_plot(points: Sequence[Banded], title: str, y_label: str) -> str:
    """Each value as a mark over its band, which has a line where it was expected; what it is about, as hover text."""
    if not points:
        return ""
    numbers = [number for point in points for number in (point.value, point.expected, point.low, point.high)]
    x_scale = _Scale(0.5, len(points) + 0.5, _LEFT, WIDTH - _RIGHT)
    y_scale = _Scale(min(numbers), max(numbers), HEIGHT - _BOTTOM, _TOP)
    half = min(14.0, (x_scale(2) - x_scale(1)) * 0.35)
    body = "".join(_banded(point, x_scale(number), half, y_scale) for number, point in enumerate(points, 1))
    return _frame(_axes(x_scale, y_scale, "number of the reading", y_label) + body, title)


def _banded(point: Banded, x: float, half: float, y_scale: _Scale) -> str:
    top, bottom, expected = y_scale(point.high), y_scale(point.low), y_scale(point.expected)
    told = f"{point.what}: {point.value:g}, expected {point.expected:g}, accepted {point.low:g} to {point.high:g}"
    return (
        f"<g><title>{escape(told)}</title>"
        f'<rect class="band" x="{x - half:.1f}" y="{top:.1f}" width="{2 * half:.1f}" height="{bottom - top:.1f}"/>'
        f'<path class="expected" d="M{x - half:.1f},{expected:.1f} H{x + half:.1f}"/>'
        f'<circle class="mark" cx="{x:.1f}" cy="{y_scale(point.value):.1f}" r="3"/></g>'
    )


class _Scale:
    """Maps values linearly to pixels and knows round tick values."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self.low, self.high = low, high if high > low else low + 1.0
        self._start, self._per_unit = start, (end - start) / (self.high - self.low)

    def __call__(self, value: float) -> float:
        return self._start + (value - self.low) * self._per_unit

    def ticks(self, most: int = 6) -> list[float]:
        rough = (self.high - self.low) / most
        magnitude = 10.0 ** math.floor(math.log10(rough))
        step = next(factor * magnitude for factor in (1, 2, 5, 10) if factor * magnitude >= rough)
        first = math.ceil(self.low / step) * step
        count = int((self.high - first) / step + 1e-9) + 1
        return [first + index * step for index in range(count)]


def _x_axis(scale: _Scale, label: str) -> str:
    y = HEIGHT - _BOTTOM
    ticks = "".join(
        f'<path class="grid" d="M{scale(t):.1f},{_TOP} V{y}"/>'
        f'<text x="{scale(t):.1f}" y="{y + 14}" text-anchor="middle">{t:g}</text>'
        for t in (round(tick, 9) for tick in scale.ticks())
    )
    return (
        ticks
        + f'<text class="label" x="{(WIDTH + _LEFT) / 2}" y="{HEIGHT - 6}" text-anchor="middle">{escape(label)}</text>'
    )


def _axes(x_scale: _Scale, y_scale: _Scale, x_label: str, y_label: str) -> str:
    ticks = "".join(
        f'<path class="grid" d="M{_LEFT},{y_scale(t):.1f} H{WIDTH - _RIGHT}"/>'
        f'<text x="{_LEFT - 6}" y="{y_scale(t) + 3:.1f}" text-anchor="end">{t:g}</text>'
        for t in (round(tick, 9) for tick in y_scale.ticks(4))
    )
    middle = (_TOP + HEIGHT - _BOTTOM) / 2
    turned = f'transform="translate(13 {middle}) rotate(-90)"'
    label = f'<text class="label" {turned} text-anchor="middle">{escape(y_label)}</text>'
    return ticks + label + _x_axis(x_scale, x_label)


def _frame(body: str, title: str) -> str:
    name = escape(title)
    return (
        f'<figure><figcaption>{name}</figcaption><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{name}">'
        f"{body}</svg></figure>"
    )
