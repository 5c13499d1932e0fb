"""The few SVG elements the drawings are made of, as strings on a canvas of 400 by 400."""

from __future__ import annotations


def path(d: str, fill: str) -> str:
    return f'<path d="{d}" fill="{fill}"/>'


def line(d: str, colour: str, width: float = 4) -> str:
    """An open stroke with round ends."""
    return (
        f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width:g}" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
    )


def rect(x: float, y: float, width: float, height: float, fill: str, radius: float = 0) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius:g}" fill="{fill}"/>'


def circle(x: float, y: float, radius: float, fill: str) -> str:
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{fill}"/>'


def ring(x: float, y: float, radius: float, colour: str, width: float) -> str:
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="none" stroke="{colour}" stroke-width="{width:g}"/>'


def ellipse(x: float, y: float, rx: float, ry: float, fill: str) -> str:
    return f'<ellipse cx="{x:g}" cy="{y:g}" rx="{rx:g}" ry="{ry:g}" fill="{fill}"/>'


def turned(degrees: float, *parts: str) -> str:
    """The parts turned clockwise about the middle of the canvas."""
    return f'<g transform="rotate({degrees:g} 200 200)">{"".join(parts)}</g>'


def veiled(opacity: float, *parts: str) -> str:
    return f'<g opacity="{opacity:g}">{"".join(parts)}</g>'


def shadow(width: float = 130, y: float = 326) -> str:
    """The soft ground a thing stands on; `width` is half its breadth."""
    return f'<ellipse cx="200" cy="{y:g}" rx="{width:g}" ry="11" fill="#1d2430" opacity="0.12"/>'
