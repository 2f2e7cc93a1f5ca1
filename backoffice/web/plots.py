"""The geometry of charts: figures in, rectangles, lines and words out; templates only draw them.

Every drawing is 560 units wide with a zero baseline. Classes `c`, `b`, `a` are one hue from light
to strong, `z` is late and hatched.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from backoffice.core.text import Text
from backoffice.web.numbers import count
from backoffice.web.text import say

WIDTH = 560.0
GAP = 1.5  # between the parts of one bar
PLOT_TOP, PLOT_BOTTOM, PLOT_LEFT = 24.0, 190.0, 34.0
NAME_HEIGHT = 14.0  # of one line of words


class Series(NamedTuple):
    """One set of figures: its name, its class, its values in the order of the labels."""

    label: Any
    css: str
    values: Sequence[float]


class Bar(NamedTuple):
    """A rectangle."""

    css: str
    x: float
    y: float
    width: float
    height: float


class Line(NamedTuple):
    """A line through points, as an SVG `points` attribute."""

    css: str
    points: str


class Dot(NamedTuple):
    """The last point of a line, which is all there is of a line with one value."""

    css: str
    x: float
    y: float


class Rule(NamedTuple):
    """A thin line across, at a round value."""

    x: float
    y: float


class Words(NamedTuple):
    """A label; `anchor` is start, middle or end."""

    x: float
    y: float
    words: str
    css: str = ""
    anchor: str = "start"


@dataclass
class Drawing:
    """What a chart draws, and the same figures for the table below it."""

    height: float
    heads: list[Any]
    figures: list[tuple[Any, list[str]]]
    legend: list[Series] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)
    grid: list[Rule] = field(default_factory=list)
    texts: list[Words] = field(default_factory=list)

    @property
    def has_late(self) -> bool:
        """Tell whether the hatching is needed."""
        return any(bar.css == "z" for bar in self.bars)


class Chart(NamedTuple):
    """A drawing and what it shows, in a sentence."""

    drawing: Drawing
    finding: Text


def shares(head: Any, labels: Sequence[Any], series: Sequence[Series]) -> Drawing:
    """Draw one bar per label, split by the share of each series, its total at the end."""
    left, full, step = 150.0, 358.5, 27.0
    drawing = _drawing(len(labels) * step, head, labels, series)
    drawing.legend = list(series)
    for row, label in enumerate(labels):
        y, x = row * step + 3, left
        values = [one.values[row] for one in series]
        total = sum(values)
        drawing.texts.append(Words(0, y + 12, say(label)))
        drawing.texts.append(Words(WIDTH, y + 12, count(round(total)), "val", "end"))
        for one, value in zip(series, values, strict=True):
            if value:
                width = full * value / total
                drawing.bars.append(Bar(one.css, _r(x), y, _r(max(1, width - GAP)), 17))
                x += width
    return drawing


def parts(head: Any, labels: Sequence[Any], part: Series, whole: Series, of: str) -> Drawing:
    """Draw a part of a whole per label, to one scale; `of` says both: “%(part)s of %(whole)s”."""
    left, full, step = 110.0, 369.0, 42.0
    drawing = _drawing(len(labels) * step, head, labels, (part, whole))
    scale = full / (max(whole.values, default=0) or 1)
    for row, label in enumerate(labels):
        y = row * step + 9
        some, all_ = part.values[row], whole.values[row]
        drawing.texts.append(Words(0, y + 14, say(label)))
        drawing.bars.append(Bar("c", left, y, _r(all_ * scale), 20))
        if some:
            drawing.bars.append(Bar("a", left, y, _r(some * scale), 20))
        words = of % {"part": count(round(some)), "whole": count(round(all_))}
        drawing.texts.append(Words(_r(left + all_ * scale + 8), y + 14, words))
    return drawing


def columns(head: Any, labels: Sequence[Any], series: Sequence[Series]) -> Drawing:
    """Draw one column per label, series on top of each other; the newest has its value on it."""
    drawing = _drawing(216, head, labels, series)
    drawing.legend = list(series) if len(series) > 1 else []
    totals = [sum(one.values[i] for one in series) for i in range(len(labels))]
    top = _scale(drawing, max(totals, default=0))
    step = (WIDTH - PLOT_LEFT) / max(1, len(labels))
    width = min(28.0, step * 0.7)
    for index, label in enumerate(labels):
        x, y = PLOT_LEFT + index * step + (step - width) / 2, PLOT_BOTTOM
        for one in series:
            height = (PLOT_BOTTOM - PLOT_TOP) * one.values[index] / top
            y -= height
            is_newest = len(series) == 1 and index == len(labels) - 1
            css = "a" if is_newest else one.css
            drawing.bars.append(Bar(css, _r(x), _r(y), _r(width), _r(height)))
        _below(drawing, index, len(labels), x + width / 2, label)
    if labels:
        drawing.texts.append(
            Words(_r(x + width / 2), _r(y - 6), count(round(totals[-1])), "val", "middle")
        )
    return drawing


def lines(head: Any, labels: Sequence[Any], series: Sequence[Series]) -> Drawing:
    """Draw one line per series over time, each named with its last value at its end."""
    drawing = _drawing(216, head, labels, series)
    top = _scale(drawing, max((max(one.values, default=0) for one in series), default=0))
    step = 430 / max(1, len(labels) - 1)
    for index, label in enumerate(labels):
        _below(drawing, index, len(labels), PLOT_LEFT + 14 + index * step, label)
    ends = []
    for one in series:
        points = [
            (PLOT_LEFT + 14 + i * step, PLOT_BOTTOM - (PLOT_BOTTOM - PLOT_TOP) * value / top)
            for i, value in enumerate(one.values)
        ]
        drawing.lines.append(Line(one.css, " ".join(f"{_r(x)},{_r(y)}" for x, y in points)))
        ends += [(*points[-1], one)] if points else []
        drawing.dots += [Dot(one.css, _r(x), _r(y)) for x, y in points[-1:]]
    lowest = PLOT_BOTTOM
    for x, y, one in sorted(ends, key=lambda end: -end[1]):
        place = min(y, lowest)  # names of lines that end together stand above each other
        css = "val" if one.css == "line" else ""
        drawing.texts.append(Words(_r(x + 8), _r(place + 4), say(one.label), css))
        lowest = place - NAME_HEIGHT
    return drawing


def _drawing(height: float, head: Any, labels: Sequence[Any], series: Sequence[Series]) -> Drawing:
    rows = [(label, [_say(one.values[i]) for one in series]) for i, label in enumerate(labels)]
    return Drawing(height, [head, *(one.label for one in series)], rows)


def _scale(drawing: Drawing, largest: float) -> float:
    step = _round_step(largest / 3.3 or 1)
    top = max(largest, step) * 1.05
    for index in range(int(top // step) + 1):
        y = PLOT_BOTTOM - (PLOT_BOTTOM - PLOT_TOP) * index * step / top
        drawing.grid.append(Rule(PLOT_LEFT, _r(y)))
        drawing.texts.append(Words(PLOT_LEFT - 8, _r(y + 4), _say(index * step), "", "end"))
    return top


def _round_step(rough: float) -> float:
    size = 10 ** (len(str(int(rough))) - 1) if rough >= 1 else 1
    return next(
        (size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= rough), size * 10
    )


def _below(drawing: Drawing, index: int, total: int, x: float, label: Any) -> None:
    every = -(-total // 7)
    is_last = index == total - 1
    if is_last or (index % every == 0 and total - 1 - index >= every / 2):
        is_near_edge = WIDTH - x < 40
        place, anchor = (WIDTH, "end") if is_near_edge else (_r(x), "middle")
        drawing.texts.append(Words(place, 208, say(label), "", anchor))


def _say(value: float) -> str:
    return count(int(value)) if float(value).is_integer() else f"{value:.1f}"


def _r(value: float) -> float:
    return round(value, 1)
