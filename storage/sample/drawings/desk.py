"""Paper, pens and what else lives on and around a desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from storage.sample.drawings.ink import CHARCOAL, GLASS, GLOW, GOLD, PAPER, STEEL, STEEL_DARK, WHITE, Ink
from storage.sample.drawings.shapes import circle, ellipse, line, path, rect, shadow, turned, veiled


def notebook(ink: Ink) -> str:
    return (
        shadow(110, 348)
        + turned(-6, rect(112, 70, 190, 268, PAPER, 10), rect(112, 76, 196, 262, "#d9d4c4", 10))
        + turned(-6, rect(100, 64, 196, 268, ink.base, 12), rect(100, 64, 34, 268, ink.dark, 12))
        + turned(-6, rect(262, 64, 11, 268, ink.deep), rect(160, 122, 84, 50, PAPER, 6))
        + turned(-6, line("M174 140H230M174 154H212", STEEL_DARK, 4), path("M226 332h16v34l-8-9l-8 9Z", "#c8433f"))
    )


def pen(ink: Ink) -> str:
    return turned(
        40,
        path("M184 300H216L202 366H198Z", STEEL),
        line("M200 322V356", CHARCOAL, 2),
        rect(180, 168, 40, 134, ink.base, 6),
        rect(204, 168, 16, 134, ink.dark, 6),
        rect(178, 160, 44, 14, GOLD, 4),
        path("M178 50C178 34 222 34 222 50V162H178Z", ink.base),
        path("M206 40C216 42 222 44 222 50V162H206Z", ink.dark),
        rect(212, 56, 11, 88, GOLD, 5),
        line("M190 184V284", ink.light, 5),
    )


def highlighter(ink: Ink) -> str:
    colours = (ink.base, "#f2a6b5", "#a8d8c0", "#a9c8ec", "#d9bdea")
    return shadow(140, 336) + "".join(
        rect(64 + step * 56, 130, 46, 196, colour, 10)
        + rect(64 + step * 56, 150, 46, 18, WHITE)
        + path(f"M{70 + step * 56} 130h34l-6-34h-22Z", CHARCOAL)
        + path(f"M{78 + step * 56} 96h18v-18l-18 8Z", colour)
        for step, colour in enumerate(colours)
    )


def ink_bottle(ink: Ink) -> str:
    return (
        shadow(110, 334)
        + rect(152, 86, 96, 58, CHARCOAL, 10)
        + line("M168 98V132M184 98V132M200 98V132M216 98V132M232 98V132", STEEL_DARK, 3)
        + path("M146 144H254L306 208V306C306 320 296 328 282 328H118C104 328 94 320 94 306V208Z", GLASS)
        + path("M110 212H290V302C290 310 286 314 278 314H122C114 314 110 310 110 302Z", ink.base)
        + path("M110 212C150 226 250 198 290 212V232H110Z", ink.dark)
        + rect(146, 246, 108, 46, PAPER, 6)
        + line("M162 262H238M162 276H212", ink.dark, 4)
    )


def wrist_rest(ink: Ink) -> str:
    return (
        shadow(160, 268)
        + path("M40 190H360L372 238C372 252 364 258 352 258H48C36 258 28 252 28 238Z", ink.dark)
        + path("M52 164H348C356 164 360 170 362 178L372 232H28L38 178C40 170 44 164 52 164Z", ink.base)
        + line("M70 184C140 176 210 194 332 182M60 208C150 198 230 216 344 204", ink.dark, 4)
        + line("M62 172H300", ink.light, 5)
    )


def desk_mat(ink: Ink) -> str:
    return (
        path("M84 116H352L320 300H44Z", ink.dark)
        + path("M84 108H352L320 290H44Z", ink.base)
        + path("M96 118H340L312 280H58Z", ink.light)
        + path("M114 168H246L232 238H98Z", CHARCOAL)
        + "".join(line(f"M{122 - row * 4} {180 + row * 16}H{236 - row * 4}", STEEL, 7) for row in range(4))
        + ellipse(284, 206, 21, 33, WHITE)
        + line("M284 178V200", STEEL_DARK, 4)
    )


def chair(ink: Ink) -> str:
    mesh = "".join(line(f"M150 {82 + row * 18}H250", ink.light, 3) for row in range(6))
    return (
        shadow(110, 362)
        + path("M142 56C160 44 240 44 258 56L250 196H150Z", ink.base)
        + mesh
        + rect(190, 190, 20, 40, CHARCOAL)
        + path("M112 216H288C304 216 308 246 292 248H108C92 246 96 216 112 216Z", ink.dark)
        + line("M112 220V168H92M288 220V168H308", CHARCOAL, 11)
        + rect(191, 248, 18, 66, STEEL_DARK)
        + line("M200 310L118 346M200 310L282 346M200 310V350", CHARCOAL, 12)
        + circle(114, 352, 11, CHARCOAL)
        + circle(286, 352, 11, CHARCOAL)
        + circle(200, 354, 11, CHARCOAL)
    )


def stool(ink: Ink) -> str:
    return (
        shadow(90, 352)
        + path("M110 98C130 70 270 70 290 98C298 116 284 130 262 128H138C116 130 102 116 110 98Z", ink.base)
        + path("M112 114C140 124 260 124 288 114C286 124 276 129 262 128H138C124 129 114 124 112 114Z", ink.dark)
        + rect(190, 128, 20, 122, STEEL)
        + rect(184, 196, 32, 98, CHARCOAL, 8)
        + path("M184 290H216L276 330C284 342 276 348 262 348H138C124 348 116 342 124 330Z", CHARCOAL)
        + line("M214 146H256", STEEL_DARK, 7)
    )


def organizer(ink: Ink) -> str:
    return (
        shadow(150, 322)
        + rect(86, 108, 10, 120, "#c8433f", 5)
        + rect(108, 92, 10, 136, GOLD, 5)
        + rect(130, 120, 10, 108, CHARCOAL, 5)
        + rect(214, 120, 78, 142, CHARCOAL, 12)
        + rect(222, 130, 62, 116, "#3d6f86", 5)
        + path("M64 204H168V238H336L346 304C346 312 340 316 332 316H68C60 316 54 312 54 304Z", ink.base)
        + path("M54 290H346V304C346 312 340 316 332 316H68C60 316 54 312 54 304Z", ink.dark)
        + line("M168 238V286M76 224H154M186 260H318", ink.dark, 4)
    )


def cable_tray(ink: Ink) -> str:
    bars = "".join(line(f"M{84 + step * 33} 190V262", ink.dark, 5) for step in range(8))
    return (
        rect(30, 108, 340, 26, "#c99c63", 5)
        + line("M92 134V190M308 134V190", STEEL_DARK, 10)
        + rect(92, 206, 184, 38, WHITE, 8)
        + "".join(circle(122 + step * 42, 225, 11, STEEL) for step in range(4))
        + line("M276 226C330 226 300 300 346 322", CHARCOAL, 7)
        + bars
        + line("M64 190H336V262H64Z", ink.base, 10)
        + line("M64 262H336", ink.dark, 10)
    )


def light_bar(ink: Ink) -> str:
    return (
        veiled(0.8, ellipse(200, 338, 170, 26, GLOW))
        + rect(186, 288, 28, 44, STEEL_DARK)
        + rect(138, 328, 124, 14, STEEL, 7)
        + rect(62, 132, 276, 164, CHARCOAL, 10)
        + rect(72, 142, 256, 138, "#24303e", 4)
        + line("M100 176H220M100 198H260M100 220H190M100 242H240", "#3d6f86", 7)
        + rect(82, 96, 236, 28, ink.base, 14)
        + rect(82, 112, 236, 9, GLOW, 4)
        + rect(180, 90, 40, 54, ink.deep, 8)
    )


DRAWINGS: Mapping[str, Callable[[Ink], str]] = {
    "notebook": notebook,
    "pen": pen,
    "highlighter": highlighter,
    "ink_bottle": ink_bottle,
    "wrist_rest": wrist_rest,
    "desk_mat": desk_mat,
    "chair": chair,
    "stool": stool,
    "organizer": organizer,
    "cable_tray": cable_tray,
    "light_bar": light_bar,
}
