"""Keyboards, mice, screens and what they stand on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from storage.sample.drawings.ink import CHARCOAL, STEEL, STEEL_DARK, STEEL_LIGHT, WOOD, WOOD_DARK, Ink
from storage.sample.drawings.shapes import circle, ellipse, line, path, rect, ring, shadow, turned

_SCREEN = "#24303e"


def _keys(x: float, y: float, columns: int, rows: int, size: float, fill: str) -> str:
    step = size + 5
    return "".join(
        rect(x + column * step, y + row * step, size, size, fill, 5) for row in range(rows) for column in range(columns)
    )


def keyboard(ink: Ink) -> str:
    return (
        shadow(160, 292)
        + rect(38, 126, 324, 156, ink.dark, 16)
        + rect(38, 118, 324, 154, ink.base, 16)
        + rect(46, 126, 308, 138, ink.dark, 10)
        + _keys(52, 132, 12, 3, 20, ink.pale)
        + rect(52, 207, 44, 20, ink.light, 5)
        + _keys(101, 207, 8, 1, 20, ink.pale)
        + rect(301, 207, 46, 20, "#d2694a", 5)
        + _keys(52, 232, 3, 1, 20, ink.light)
        + rect(127, 232, 120, 20, ink.pale, 5)
        + _keys(252, 232, 4, 1, 20, ink.light)
    )


def split_keyboard(ink: Ink) -> str:
    def half(degrees: float, x: int) -> str:
        return turned(
            degrees,
            rect(x, 128, 142, 152, ink.base, 16),
            _keys(x + 11, 142, 5, 4, 20, ink.pale),
            rect(x + 36, 244, 70, 20, ink.light, 6),
        )

    return shadow(160, 306) + line("M170 262C186 300 214 300 230 262", CHARCOAL, 6) + half(9, 44) + half(-9, 214)


def numpad(ink: Ink) -> str:
    return (
        shadow(90, 342)
        + rect(112, 72, 176, 262, ink.dark, 18)
        + rect(112, 64, 176, 260, ink.base, 18)
        + _keys(126, 80, 4, 5, 33, ink.pale)
        + rect(126, 270, 71, 38, ink.light, 5)
        + rect(240, 232, 33, 76, "#d2694a", 5)
        + rect(202, 270, 33, 38, ink.pale, 5)
    )


def mouse(ink: Ink) -> str:
    return (
        shadow(90, 346)
        + path(
            "M200 60C256 60 282 104 284 170C288 262 262 338 200 338C138 338 112 262 116 170C118 104 144 60 200 60Z",
            ink.base,
        )
        + path("M262 92C278 110 283 138 284 170C288 262 262 338 200 338C250 300 272 190 262 92Z", ink.dark)
        + line("M200 62V168", ink.deep, 4)
        + line("M120 172C160 188 240 188 280 172", ink.deep, 4)
        + rect(188, 96, 24, 56, CHARCOAL, 12)
        + line("M194 112h12M194 124h12M194 136h12", STEEL, 3)
        + line("M142 206C142 250 152 286 168 308", ink.light, 7)
    )


def trackball(ink: Ink) -> str:
    return (
        shadow(110, 340)
        + path(
            "M204 66C276 66 318 122 316 200C314 280 270 332 198 332C126 332 84 286 88 216C92 132 134 66 204 66Z",
            CHARCOAL,
        )
        + path("M222 72C282 82 318 132 316 200C314 280 270 332 198 332C262 288 276 150 222 72Z", "#1f242b")
        + circle(140, 196, 46, ink.base)
        + circle(126, 180, 14, ink.light)
        + line("M218 76V184", STEEL_DARK, 4)
        + rect(206, 100, 24, 50, STEEL, 12)
    )


def monitor(ink: Ink) -> str:
    return (
        shadow(110, 344)
        + rect(182, 262, 36, 66, STEEL_DARK)
        + rect(126, 322, 148, 18, STEEL, 8)
        + rect(46, 76, 308, 196, ink.base, 12)
        + rect(56, 86, 288, 166, _SCREEN, 5)
        + path("M56 252L150 160L206 214L262 146L344 226V252Z", "#3d6f86")
        + path("M56 252L132 202L200 252Z", "#579a8c")
        + circle(290, 122, 17, "#f0c66a")
        + rect(188, 258, 24, 6, STEEL_LIGHT, 3)
    )


def ultrawide(ink: Ink) -> str:
    return (
        shadow(130, 322)
        + rect(182, 252, 36, 54, STEEL_DARK)
        + path("M120 318C150 296 250 296 280 318Z", STEEL)
        + path("M20 112C130 92 270 92 380 112V256C270 276 130 276 20 256Z", ink.base)
        + path("M30 122C136 104 264 104 370 122V244C264 262 136 262 30 244Z", _SCREEN)
        + rect(50, 138, 84, 96, "#3d6f86", 5)
        + rect(146, 134, 108, 106, "#e9eef1", 5)
        + line("M162 154H238M162 172H226M162 190H238M162 208H210", STEEL_DARK, 5)
        + rect(266, 138, 84, 96, "#579a8c", 5)
    )


def portable_monitor(ink: Ink) -> str:
    return (
        shadow(150, 318)
        + path("M84 292L116 310H330L306 284Z", ink.deep)
        + turned(-3, rect(62, 94, 276, 190, ink.base, 12), rect(72, 104, 256, 162, _SCREEN, 5))
        + turned(
            -3, rect(90, 124, 100, 60, "#3d6f86", 5), rect(202, 124, 108, 8, STEEL, 4), rect(202, 144, 84, 8, STEEL, 4)
        )
        + turned(-3, rect(90, 200, 220, 46, "#579a8c", 5))
        + line("M338 236C374 236 360 300 384 306", CHARCOAL, 6)
    )


def monitor_arm(ink: Ink) -> str:
    return (
        rect(176, 84, 188, 124, CHARCOAL, 8)
        + rect(184, 92, 172, 104, _SCREEN, 4)
        + path("M184 196L240 140L276 172L310 128L356 176V196Z", "#3d6f86")
        + line("M252 208V232L168 262L96 214", ink.base, 17)
        + line("M240 240L180 262", ink.light, 5)
        + line("M96 214V318", ink.dark, 17)
        + circle(168, 262, 15, ink.deep)
        + circle(96, 214, 13, ink.deep)
        + rect(40, 318, 320, 20, WOOD, 5)
        + rect(72, 306, 48, 14, ink.deep, 4)
        + path("M76 338H116V358H88V350H76Z", ink.deep)
    )


def riser(ink: Ink) -> str:
    return (
        shadow(150, 322)
        + rect(124, 88, 152, 100, CHARCOAL, 8)
        + rect(132, 96, 136, 82, _SCREEN, 4)
        + rect(186, 188, 28, 26, STEEL_DARK)
        + rect(154, 210, 92, 10, STEEL_DARK, 4)
        + rect(44, 218, 312, 28, ink.base, 8)
        + rect(44, 236, 312, 10, ink.dark, 5)
        + line("M70 228C130 222 190 234 250 226", ink.dark, 3)
        + rect(66, 246, 16, 72, CHARCOAL, 3)
        + rect(318, 246, 16, 72, CHARCOAL, 3)
        + rect(120, 290, 160, 26, STEEL_LIGHT, 6)
        + line("M130 298H270M130 307H270", STEEL_DARK, 3)
    )


def laptop_stand(ink: Ink) -> str:
    return (
        shadow(130, 334)
        + path("M112 86H288C294 86 298 90 298 96V206H102V96C102 90 106 86 112 86Z", CHARCOAL)
        + rect(114, 98, 172, 98, _SCREEN, 3)
        + path("M114 196L170 146L206 180L238 140L286 184V196Z", "#3d6f86")
        + path("M92 206H308L322 224H78Z", STEEL_LIGHT)
        + line("M116 228L164 318M284 228L236 318M124 318H276", ink.base, 15)
        + line("M164 318L262 240M236 318L138 240", ink.dark, 10)
        + circle(200, 288, 9, ink.deep)
    )


def webcam(ink: Ink) -> str:
    return (
        shadow(100, 336)
        + path("M132 232H268L286 312H250L240 262H160L150 312H114Z", ink.dark)
        + rect(84, 112, 232, 128, ink.base, 62)
        + circle(200, 176, 52, CHARCOAL)
        + circle(200, 176, 40, "#24303e")
        + circle(200, 176, 22, "#3d6f86")
        + circle(190, 166, 8, STEEL_LIGHT)
        + ring(200, 176, 52, STEEL_DARK, 4)
        + circle(284, 176, 7, "#7fd0a0")
        + ellipse(116, 176, 8, 8, ink.deep)
    )


def dock(ink: Ink) -> str:
    return (
        shadow(150, 304)
        + rect(52, 172, 296, 124, ink.base, 20)
        + rect(52, 268, 296, 28, ink.dark, 14)
        + circle(88, 226, 12, STEEL_DARK)
        + rect(116, 214, 46, 24, CHARCOAL, 5)
        + rect(174, 214, 46, 24, CHARCOAL, 5)
        + rect(232, 218, 34, 16, CHARCOAL, 8)
        + rect(278, 218, 34, 16, CHARCOAL, 8)
        + line("M72 190H328", ink.light, 4)
        + circle(328, 226, 5, "#7fd0a0")
        + path("M60 172C70 152 330 152 340 172Z", ink.light)
        + rect(52, 292, 296, 6, WOOD_DARK, 3)
    )


def vertical_mouse(ink: Ink) -> str:
    return (
        shadow(120, 332)
        + path(
            "M86 306C80 220 120 96 196 84C236 78 262 104 270 150C282 212 326 246 334 300"
            "C338 320 326 326 306 326H112C94 326 87 320 86 306Z",
            ink.base,
        )
        + path("M270 150C282 212 326 246 334 300C338 320 326 326 306 326H218C256 290 276 220 270 150Z", ink.dark)
        + line("M150 128C190 150 216 200 222 300", ink.deep, 4)
        + line("M168 226C196 220 214 220 224 226", ink.deep, 4)
        + turned(-30, rect(176, 116, 22, 52, CHARCOAL, 11))
        + line("M112 264C114 216 126 176 144 150", ink.light, 8)
    )


DRAWINGS: Mapping[str, Callable[[Ink], str]] = {
    "keyboard": keyboard,
    "split_keyboard": split_keyboard,
    "numpad": numpad,
    "mouse": mouse,
    "trackball": trackball,
    "monitor": monitor,
    "ultrawide": ultrawide,
    "portable_monitor": portable_monitor,
    "monitor_arm": monitor_arm,
    "riser": riser,
    "laptop_stand": laptop_stand,
    "webcam": webcam,
    "dock": dock,
    "vertical_mouse": vertical_mouse,
}
