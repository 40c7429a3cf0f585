"""The plot: how cost grows, as a small SVG written by hand; both axes are logarithmic."""

from __future__ import annotations

from math import ceil, floor, log10
from xml.sax.saxutils import escape

from tests.benchmarks.results import Result
from tests.benchmarks.wording import seconds

__all__ = ["growth_plot"]

_WIDTH, _HEIGHT = 300, 220
_LEFT, _TOP, _RIGHT, _BOTTOM = 52, 30, 14, 52
# Okabe and Ito's colours, which colour-blind people tell apart; the marks differ too.
_LINES = (("#0072b2", "circle"), ("#d55e00", "square"), ("#009e73", "diamond"))


def growth_plot(results: list[Result]) -> str:
    """Return an SVG with one panel for each axis and one line for each piece of work."""
    panels: dict[str, list[Result]] = {}
    for each in results:
        panels.setdefault(each.work.rpartition(" against ")[2], []).append(each)
    width = max(1, len(panels)) * _WIDTH
    box = f'width="{width}" height="{_HEIGHT + 24}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {box} font-family="sans-serif" font-size="10">',
        f'<rect {box} fill="#ffffff"/>',
    ]
    for number, (axis, some) in enumerate(panels.items()):
        parts.append(f'<g transform="translate({number * _WIDTH},0)">')
        parts += _panel(axis, some)
        parts.append("</g>")
    works = dict.fromkeys(each.work.rpartition(" against ")[0] for each in results)
    for number, (work, (colour, shape)) in enumerate(zip(works, _LINES, strict=False)):
        x = _LEFT + number * 170
        parts += [_mark(x, _HEIGHT + 8, colour, shape), _text(x + 9, _HEIGHT + 12, work, "start")]
    return "\n".join([*parts, "</svg>", ""])


def _panel(axis: str, results: list[Result]) -> list[str]:
    at = [figure.at for each in results for figure in each.figures]
    took = [figure.median for each in results for figure in each.figures]
    left, right = log10(min(at)), log10(max(at))
    low, high = floor(log10(min(took))), ceil(log10(max(took)))

    def x(value: float) -> float:
        share = (log10(value) - left) / ((right - left) or 1)
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)

    def y(value: float) -> float:
        share = (log10(value) - low) / ((high - low) or 1)
        return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)

    parts = [_text((_LEFT + _WIDTH - _RIGHT) / 2, 18, f"seconds against {axis}", "middle")]
    for power in range(low, high + 1):
        height = y(10.0**power)
        parts.append(
            f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{height:.1f}" y2="{height:.1f}"'
            ' stroke="#d0d0d0"/>'
        )
        parts.append(_text(_LEFT - 5, height + 3, seconds(10.0**power), "end"))
    for figure in results[0].figures:
        place = x(figure.at)
        turn = f' transform="rotate(-30 {place:.1f} {_HEIGHT - _BOTTOM + 14})"'
        parts.append(_text(place + 8, _HEIGHT - _BOTTOM + 14, figure.program, "end", turn))
    for each, (colour, shape) in zip(results, _LINES, strict=False):
        places = [(x(figure.at), y(figure.median)) for figure in each.figures]
        line = " ".join(f"{across:.1f},{down:.1f}" for across, down in places)
        parts.append(
            f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
        )
        parts += [_mark(across, down, colour, shape) for across, down in places]
    return parts


def _text(x: float, y: float, words: str, anchor: str, more: str = "") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} fill="#202020"{more}>{escape(words)}</text>'


def _mark(x: float, y: float, colour: str, shape: str) -> str:
    if shape == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>'
    turn = f' transform="rotate(45 {x:.1f} {y:.1f})"' if shape == "diamond" else ""
    place = f'x="{x - 2.7:.1f}" y="{y - 2.7:.1f}" width="5.4" height="5.4"'
    return f'<rect {place} fill="{colour}"{turn}/>'
