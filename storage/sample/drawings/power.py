"""Chargers, cables and hubs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from storage.sample.drawings.ink import CHARCOAL, STEEL, STEEL_DARK, STEEL_LIGHT, Ink
from storage.sample.drawings.shapes import circle, ellipse, line, path, rect, ring, shadow


def charger(ink: Ink) -> str:
    return (
        shadow(100, 324)
        + rect(290, 176, 48, 12, STEEL_DARK, 3)
        + rect(290, 232, 48, 12, STEEL_DARK, 3)
        + rect(92, 110, 204, 204, ink.base, 34)
        + rect(250, 110, 46, 204, ink.dark, 23)
        + rect(124, 158, 62, 22, CHARCOAL, 11)
        + rect(124, 200, 62, 22, CHARCOAL, 11)
        + rect(124, 242, 62, 26, CHARCOAL, 5)
        + rect(132, 256, 46, 7, STEEL, 2)
        + path("M222 168l-16 34h13l-7 30l24-40h-14l10-24Z", ink.light)
    )


def charging_pad(ink: Ink) -> str:
    return (
        shadow(140, 312)
        + line("M300 270C350 276 340 320 376 326", CHARCOAL, 7)
        + ellipse(200, 256, 142, 54, ink.dark)
        + ellipse(200, 242, 142, 54, ink.base)
        + ellipse(200, 242, 104, 37, ink.light)
        + path(
            "M128 108H252C262 108 268 114 270 124L290 232C292 244 284 250 274 250H134"
            "C124 250 116 244 116 232L116 120C116 112 120 108 128 108Z",
            CHARCOAL,
        )
        + path(
            "M134 120H248C254 120 257 123 258 128L276 226C277 233 273 237 266 237H142"
            "C134 237 130 233 130 226L128 128C128 123 130 120 134 120Z",
            "#24303e",
        )
        + path("M204 150l-22 38h16l-8 30l28-42h-18l14-26Z", "#7fd0a0")
    )


def power_strip(ink: Ink) -> str:
    def outlet(x: int) -> str:
        return (
            rect(x, 178, 62, 76, ink.light, 12)
            + rect(x + 17, 194, 7, 22, CHARCOAL)
            + rect(x + 38, 194, 7, 22, CHARCOAL)
            + circle(x + 31, 234, 7, CHARCOAL)
        )

    return (
        shadow(160, 286)
        + line("M48 214C10 214 30 300 -4 306", CHARCOAL, 9)
        + rect(44, 158, 312, 118, ink.base, 22)
        + rect(44, 258, 312, 18, ink.dark, 9)
        + outlet(62)
        + outlet(134)
        + outlet(206)
        + rect(288, 184, 44, 15, CHARCOAL, 7)
        + rect(288, 208, 44, 15, CHARCOAL, 7)
        + rect(288, 232, 44, 15, STEEL_DARK, 3)
    )


def power_bank(ink: Ink) -> str:
    return (
        shadow(80, 348)
        + line("M200 70C200 30 290 40 300 84", CHARCOAL, 8)
        + rect(288, 80, 24, 40, STEEL, 6)
        + rect(122, 66, 156, 276, ink.base, 28)
        + rect(236, 66, 42, 276, ink.dark, 21)
        + rect(182, 60, 36, 12, STEEL_DARK, 5)
        + "".join(circle(158 + step * 22, 304, 6, "#7fd0a0" if step < 3 else ink.deep) for step in range(4))
        + path("M206 140l-34 62h26l-14 56l50-74h-28l22-44Z", ink.pale)
    )


def cable(ink: Ink) -> str:
    return (
        shadow(120, 330)
        + ring(200, 206, 98, ink.base, 15)
        + ring(200, 206, 76, ink.dark, 15)
        + line("M116 156C84 110 92 84 96 66", ink.base, 15)
        + line("M284 156C316 110 308 84 304 66", ink.base, 15)
        + rect(80, 34, 32, 52, CHARCOAL, 8)
        + rect(87, 18, 18, 20, STEEL, 5)
        + rect(288, 34, 32, 52, CHARCOAL, 8)
        + rect(295, 18, 18, 20, STEEL, 5)
        + rect(178, 268, 44, 50, ink.deep, 8)
        + line("M182 284H218", ink.light, 4)
    )


def hub(ink: Ink) -> str:
    return (
        shadow(150, 296)
        + line("M306 210C352 200 340 130 310 108", CHARCOAL, 11)
        + rect(282, 78, 40, 34, ink.dark, 8)
        + rect(268, 86, 18, 18, STEEL_LIGHT, 4)
        + rect(56, 168, 256, 112, ink.base, 22)
        + rect(56, 256, 256, 24, ink.dark, 12)
        + rect(78, 204, 58, 26, CHARCOAL, 4)
        + rect(84, 218, 46, 7, "#4f86c6", 2)
        + rect(150, 204, 58, 26, CHARCOAL, 4)
        + rect(156, 218, 46, 7, "#4f86c6", 2)
        + path("M222 204H290V222L280 230H232L222 222Z", CHARCOAL)
        + line("M76 186H292", ink.light, 4)
    )


def cable_ties(ink: Ink) -> str:
    def tie(y: int, length: int) -> str:
        return (
            rect(60, y, length, 24, ink.base, 8)
            + rect(60, y, 46, 24, ink.dark, 8)
            + rect(74, y + 7, 18, 10, ink.pale, 4)
            + line(f"M{130} {y + 12}H{40 + length}", ink.light, 4)
        )

    return (
        shadow(150, 330)
        + "".join(tie(84 + step * 36, 280 if step < 3 else 200) for step in range(5))
        + ring(284, 262, 40, CHARCOAL, 9)
        + ring(284, 262, 26, CHARCOAL, 9)
        + rect(270, 286, 28, 34, ink.base, 6)
    )


DRAWINGS: Mapping[str, Callable[[Ink], str]] = {
    "charger": charger,
    "charging_pad": charging_pad,
    "power_strip": power_strip,
    "power_bank": power_bank,
    "cable": cable,
    "hub": hub,
    "cable_ties": cable_ties,
}
