"""Headphones, speakers and microphones."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from storage.sample.drawings.ink import CHARCOAL, STEEL, STEEL_DARK, STEEL_LIGHT, WHITE, Ink
from storage.sample.drawings.shapes import circle, ellipse, line, path, rect, ring, shadow, turned


def _band(ink: Ink) -> str:
    return line("M96 234C80 20 320 20 304 234", ink.dark, 24) + line("M128 110C152 74 248 74 272 110", ink.light, 8)


def headphones(ink: Ink) -> str:
    return (
        shadow(120, 344)
        + _band(ink)
        + rect(114, 196, 44, 122, CHARCOAL, 22)
        + rect(242, 196, 44, 122, CHARCOAL, 22)
        + rect(70, 204, 60, 108, ink.base, 28)
        + rect(270, 204, 60, 108, ink.base, 28)
        + rect(70, 204, 24, 108, ink.dark, 12)
        + rect(306, 204, 24, 108, ink.dark, 12)
        + circle(104, 258, 9, ink.pale)
        + circle(296, 258, 9, ink.pale)
    )


def headset(ink: Ink) -> str:
    return (
        shadow(120, 344)
        + _band(ink)
        + circle(112, 246, 52, ink.base)
        + circle(288, 246, 52, ink.base)
        + circle(112, 246, 36, CHARCOAL)
        + circle(288, 246, 36, CHARCOAL)
        + line("M104 290C106 336 150 344 186 336", STEEL_DARK, 9)
        + rect(178, 320, 52, 28, CHARCOAL, 14)
        + circle(288, 246, 12, ink.light)
        + circle(112, 246, 12, "#d2564e")
    )


def earbuds(ink: Ink) -> str:
    def bud(x: int, tilt: int) -> str:
        return turned(
            tilt,
            rect(x - 13, 104, 26, 100, ink.base, 13),
            circle(x, 104, 34, ink.base),
            ellipse(x + 6, 104, 17, 22, ink.dark),
            circle(x - 4, 186, 5, CHARCOAL),
        )

    return (
        shadow(120, 346)
        + bud(150, -8)
        + bud(250, 8)
        + rect(98, 238, 204, 102, ink.base, 48)
        + path("M98 286C98 258 118 238 146 238H254C282 238 302 258 302 286Z", ink.light)
        + line("M100 286H300", ink.dark, 5)
        + circle(200, 312, 7, "#7fd0a0")
    )


def _cabinet(x: int, ink: Ink) -> str:
    return (
        rect(x, 96, 120, 236, ink.base, 12)
        + rect(x + 10, 106, 100, 216, CHARCOAL, 8)
        + circle(x + 60, 148, 24, STEEL_DARK)
        + circle(x + 60, 148, 10, STEEL_LIGHT)
        + circle(x + 60, 244, 44, STEEL_DARK)
        + circle(x + 60, 244, 34, "#3b414a")
        + circle(x + 60, 244, 13, STEEL)
    )


def speaker(ink: Ink) -> str:
    return shadow(150, 340) + _cabinet(66, ink) + _cabinet(214, ink)


def soundbar(ink: Ink) -> str:
    dots = "".join(circle(92 + x * 18, 216 + y * 18, 4, ink.light) for x in range(11) for y in range(3))
    return (
        shadow(160, 286)
        + rect(46, 188, 308, 90, ink.base, 40)
        + rect(46, 256, 308, 22, ink.dark, 11)
        + dots
        + circle(318, 234, 22, STEEL)
        + line("M318 234l9-11", CHARCOAL, 5)
        + rect(92, 278, 40, 10, CHARCOAL, 4)
        + rect(268, 278, 40, 10, CHARCOAL, 4)
    )


def puck_speaker(ink: Ink) -> str:
    holes = "".join(
        turned(angle, circle(200, 200 - radius, 4, ink.deep))
        for radius, count in ((30, 8), (52, 14), (74, 20))
        for angle in (step * 360 / count for step in range(count))
    )
    return (
        ellipse(206, 214, 134, 130, "#cdd3d8")
        + circle(200, 200, 130, ink.dark)
        + circle(200, 196, 124, ink.base)
        + circle(200, 200, 98, ink.light)
        + holes
        + circle(200, 200, 14, ink.deep)
        + line("M292 104C320 92 336 104 332 126", ink.deep, 10)
    )


def microphone(ink: Ink) -> str:
    mesh = "".join(line(f"M160 {84 + row * 18}H240", STEEL_DARK, 3) for row in range(6))
    return (
        shadow(90, 348)
        + rect(150, 52, 100, 138, STEEL, 50)
        + mesh
        + line("M200 58V184M176 64V184M224 64V184", STEEL_DARK, 3)
        + rect(144, 168, 112, 100, ink.base, 16)
        + rect(222, 168, 34, 100, ink.dark, 14)
        + circle(188, 218, 16, STEEL_LIGHT)
        + circle(188, 218, 6, "#d2564e")
        + line("M132 192C112 250 140 292 200 292C260 292 288 250 268 192", CHARCOAL, 11)
        + rect(192, 292, 16, 40, CHARCOAL)
        + rect(136, 326, 128, 20, CHARCOAL, 10)
    )


def boom_arm(ink: Ink) -> str:
    return (
        shadow(
            70,
            356,
        )
        + line("M286 334V236L160 288", ink.base, 14)
        + line("M160 288L92 150", ink.base, 14)
        + line("M268 230L176 268", STEEL, 5)
        + circle(286, 236, 15, ink.deep)
        + circle(160, 288, 15, ink.deep)
        + circle(92, 150, 12, ink.deep)
        + rect(262, 330, 54, 22, ink.dark, 6)
        + rect(262, 348, 18, 22, ink.dark, 4)
        + rect(64, 62, 56, 84, STEEL, 28)
        + line("M66 92H118M66 108H118M66 124H118", STEEL_DARK, 3)
        + ring(92, 104, 46, WHITE, 4)
    )


def wired_earbuds(ink: Ink) -> str:
    return (
        line(
            "M120 130C120 220 200 200 200 256M280 130C280 220 200 200 200 256M200 256V300C200 340 250 340 262 356",
            ink.dark,
            6,
        )
        + rect(186, 240, 28, 32, CHARCOAL, 8)
        + rect(250, 330, 26, 44, STEEL, 7)
        + "".join(rect(x - 9, 96, 18, 52, STEEL_DARK, 8) + circle(x, 88, 30, ink.base) for x in (120, 280))
        + ellipse(132, 88, 15, 20, CHARCOAL)
        + ellipse(268, 88, 15, 20, CHARCOAL)
        + rect(270, 178, 16, 40, STEEL, 6)
    )


def ear_plugs(ink: Ink) -> str:
    def plug(tilt: float, x: int) -> str:
        return turned(
            tilt,
            rect(x - 14, 96, 28, 90, ink.deep),
            path(f"M{x - 26} 108C{x - 26} 76 {x + 26} 76 {x + 26} 108Z", ink.light),
            path(f"M{x - 38} 148C{x - 38} 108 {x + 38} 108 {x + 38} 148Z", ink.base),
            path(f"M{x - 48} 192C{x - 48} 144 {x + 48} 144 {x + 48} 192Z", ink.dark),
            rect(x - 12, 190, 24, 84, ink.deep, 12),
        )

    return shadow(110, 322) + plug(-18, 150) + plug(18, 250)


DRAWINGS: Mapping[str, Callable[[Ink], str]] = {
    "headphones": headphones,
    "headset": headset,
    "earbuds": earbuds,
    "speaker": speaker,
    "soundbar": soundbar,
    "puck_speaker": puck_speaker,
    "microphone": microphone,
    "boom_arm": boom_arm,
    "wired_earbuds": wired_earbuds,
    "ear_plugs": ear_plugs,
}
