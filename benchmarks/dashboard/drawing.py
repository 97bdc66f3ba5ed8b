"""Panels as one page: lines as Prometheus answered, in the dashboard's own order and units."""

import html
import math
from collections.abc import Sequence
from typing import Any, Final

from benchmarks.dashboard.prometheus import Series

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 400, 180, 52, 20, 8
COLOURS: Final = ("#3274d9", "#e0752d", "#3f9142", "#a352cc", "#c4162a", "#1f9aa8", "#b88a00")
PAGE: Final = """<!doctype html><meta charset="utf-8"><title>Tanya</title><style>
body{{margin:0;padding:16px;background:#f4f5f5;font:12px system-ui,sans-serif;color:#24292e;
width:1280px;box-sizing:border-box}} header{{margin:0 0 12px;color:#555}}
main{{display:grid;grid-template-columns:repeat(3,1fr);gap:8px}}
section{{background:#fff;border:1px solid #dcdfe3;border-radius:3px;padding:8px}}
h2{{margin:0 0 4px;font-size:13px;font-weight:600}} svg{{width:100%;display:block}}
ul{{list-style:none;margin:4px 0 0;padding:0;display:flex;flex-wrap:wrap;gap:2px 10px;
min-height:16px}}
i{{display:inline-block;width:10px;height:3px;margin-inline-end:4px;vertical-align:middle}}
</style><header>{caption}</header><main>{panels}</main>"""


def page(caption: str, panels: Sequence[str]) -> str:
    """The whole page."""
    return PAGE.format(caption=html.escape(caption), panels="".join(panels))


def panel(
    shown: dict[str, Any], lines: Sequence[tuple[str, Series]], span: tuple[float, float]
) -> str:
    """One panel; `lines` have their names."""
    unit = shown["fieldConfig"]["defaults"].get("unit", "short")
    values = [value for _, one in lines for _, value in one.points if math.isfinite(value)]
    top = _round_up(max(values, default=0.0), 1024 if unit == "bytes" else 1) or 1.0
    drawn = "".join(
        f'<polyline fill="none" stroke="{_colour(at)}" stroke-width="1.4" '
        f'points="{_points(one, span, top)}"/>'
        for at, (_, one) in enumerate(lines)
    )
    names = "".join(
        f'<li><i style="background:{_colour(at)}"></i>{html.escape(name)}</li>'
        for at, (name, _) in enumerate(lines)
    )
    title = html.escape(shown["title"])
    return (
        f'<section><h2>{title}</h2><svg viewBox="0 0 {WIDTH} {HEIGHT}" font-size="10" fill="#666">'
        f"{_axes(top, unit, span)}{drawn}</svg><ul>{names or '<li>no data</li>'}</ul></section>"
    )


def _colour(at: int) -> str:
    return COLOURS[at % len(COLOURS)]


def _points(one: Series, span: tuple[float, float], top: float) -> str:
    return " ".join(
        f"{_x(at, span):.1f},{_y(value, top):.1f}"
        for at, value in one.points
        if math.isfinite(value)
    )


def _x(at: float, span: tuple[float, float]) -> float:
    begin, end = span
    return LEFT + (at - begin) / (end - begin) * (WIDTH - LEFT - 4)


def _y(value: float, top: float) -> float:
    return TOP + (1 - value / top) * (HEIGHT - BOTTOM - TOP)


def _axes(top: float, unit: str, span: tuple[float, float]) -> str:
    begin, end = span
    found = []
    for quarter in range(5):
        y = _y(top * quarter / 4, top)
        ends = f'x1="{LEFT}" x2="{WIDTH - 4}" y1="{y:.1f}" y2="{y:.1f}"'
        found.append(f'<line {ends} stroke="#e6e8ea"/>')
        label = worded(top * quarter / 4, unit)
        found.append(f'<text x="{LEFT - 5}" y="{y + 3:.1f}" text-anchor="end">{label}</text>')
    for quarter in range(5):
        at = begin + (end - begin) * quarter / 4
        minutes = f"{(at - begin) / 60:.0f} min"
        anchor = "start" if quarter == 0 else "end" if quarter == 4 else "middle"
        found.append(
            f'<text x="{_x(at, span):.1f}" y="{HEIGHT - 5}" text-anchor="{anchor}">{minutes}</text>'
        )
    return "".join(found)


def worded(value: float, unit: str) -> str:
    """A value of an axis, as Grafana's unit of that name would say it."""
    match unit:
        case "bytes":
            for size, name in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
                if value >= size:
                    return f"{value / size:.3g} {name}"
            return f"{value:.0f} B"
        case "s":
            if value >= 5_400:
                return f"{value / 3_600:.3g} h"
            if value >= 90:
                return f"{value / 60:.3g} min"
            return f"{value:.3g} s" if value >= 1 or value == 0 else f"{value * 1000:.3g} ms"
        case "currencyUSD":
            return f"${value:.3g}"
        case "ops":
            return f"{value:.3g}/s"
    return f"{value:.3g}" if value < 1_000 else f"{value / 1_000:.3g} k"


def _round_up(value: float, base: int) -> float:
    """The next number of 1, 2, 4 or 8 times a power of ten, or of `base` where sizes are counted in
    powers of it."""
    if value <= 0:
        return 0.0
    unit = 1.0
    while base > 1 and value >= unit * base:
        unit *= base
    power = unit * 10.0 ** math.floor(math.log10(value / unit))
    return next(times * power for times in (1, 2, 4, 8, 10) if times * power >= value)
