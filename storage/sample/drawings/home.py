"""Lamps, linen and baskets."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from storage.sample.drawings.ink import CHARCOAL, GLOW, GOLD, PAPER, STEEL, STEEL_DARK, WHITE, WOOD, WOOD_DARK, Ink
from storage.sample.drawings.shapes import circle, ellipse, line, path, rect, ring, shadow, turned, veiled


def table_lamp(ink: Ink) -> str:
    return (
        shadow(80, 348)
        + veiled(0.5, ellipse(200, 226, 130, 60, GLOW))
        + path("M148 64H252L290 196H110Z", ink.base)
        + path("M226 64H252L290 196H246Z", ink.dark)
        + rect(188, 196, 24, 26, GOLD, 4)
        + path("M178 222H222C240 256 246 292 232 326H168C154 292 160 256 178 222Z", ink.dark)
        + path("M206 222H222C240 256 246 292 232 326H212C224 290 220 254 206 222Z", ink.deep)
        + rect(148, 324, 104, 20, WOOD, 8)
        + line("M132 180H268", ink.light, 5)
    )


def desk_lamp(ink: Ink) -> str:
    return (
        shadow(110, 344)
        + veiled(0.75, path("M78 190L214 130L250 330H40Z", GLOW))
        + line("M262 318L306 206L196 104", ink.dark, 13)
        + circle(306, 206, 15, GOLD)
        + circle(196, 104, 12, GOLD)
        + path("M206 78L226 112L146 178C118 170 92 180 78 196C78 148 128 94 206 78Z", ink.base)
        + path("M226 112L146 178C118 170 92 180 78 196C104 140 168 108 226 112Z", ink.deep)
        + rect(196, 314, 132, 26, ink.base, 12)
        + rect(286, 314, 42, 26, ink.dark, 12)
    )


def floor_lamp(ink: Ink) -> str:
    return (
        shadow(90, 362)
        + veiled(0.7, path("M86 154H190L222 288H54Z", GLOW))
        + line("M276 348V120C276 44 160 30 140 96", ink.base, 11)
        + path("M138 88C174 88 196 120 196 158H80C80 120 102 88 138 88Z", ink.base)
        + path("M164 96C184 108 196 132 196 158H168C170 134 170 112 164 96Z", ink.dark)
        + rect(220, 344, 112, 16, ink.dark, 8)
        + circle(276, 238, 9, GOLD)
    )


def pendant(ink: Ink) -> str:
    return (
        veiled(0.75, path("M92 236H308L346 368H54Z", GLOW))
        + line("M200 24V110", CHARCOAL, 6)
        + rect(180, 100, 40, 38, GOLD, 6)
        + path("M172 134H228C284 146 322 186 326 238H74C78 186 116 146 172 134Z", ink.base)
        + path("M228 134C284 146 322 186 326 238H278C276 192 262 152 228 134Z", ink.dark)
        + rect(66, 234, 268, 16, ink.light, 8)
        + ellipse(200, 252, 42, 18, WHITE)
        + line("M112 212C122 186 142 168 166 158", ink.light, 7)
    )


def paper_lantern(ink: Ink) -> str:
    ribs = "".join(
        line(f"M{200 - half} {y}H{200 + half}", "#d9d4c4", 3)
        for y, half in ((118, 86), (156, 116), (196, 126), (236, 120), (274, 94))
    )
    return (
        line("M200 20V70", CHARCOAL, 5)
        + circle(200, 196, 128, ink.base)
        + veiled(0.8, circle(200, 196, 96, GLOW))
        + veiled(0.9, circle(200, 196, 52, WHITE))
        + ribs
        + ellipse(200, 70, 32, 8, STEEL)
        + ellipse(200, 322, 32, 8, STEEL)
    )


def bulb(ink: Ink) -> str:
    return (
        shadow(60, 356)
        + veiled(0.55, circle(200, 156, 136, GLOW))
        + path(
            "M200 58C254 58 292 98 292 150C292 196 256 214 246 258H154C144 214 108 196 108 150C108 98 146 58 200 58Z",
            ink.pale,
        )
        + line(
            "M178 256C176 214 150 180 176 166C192 160 196 190 200 190C204 190 208 160 224 166C250 180 224 214 222 256",
            ink.dark,
            6,
        )
        + rect(156, 258, 88, 22, STEEL, 6)
        + rect(160, 284, 80, 18, STEEL_DARK, 6)
        + rect(164, 306, 72, 18, STEEL, 6)
        + path("M178 326H222L212 348H188Z", CHARCOAL)
        + line("M140 116C150 100 162 92 176 88", WHITE, 8)
    )


def towel(ink: Ink) -> str:
    def folded(y: int, fill: str, edge: str) -> str:
        return rect(74, y, 252, 62, fill, 28) + line(f"M104 {y + 40}H300", edge, 5) + circle(300, y + 31, 16, edge)

    return (
        shadow(130, 334)
        + folded(264, ink.dark, ink.deep)
        + folded(200, ink.base, ink.dark)
        + folded(136, ink.light, ink.base)
        + rect(120, 136, 20, 190, WHITE)
        + rect(148, 136, 7, 190, WHITE)
    )


def blanket(ink: Ink) -> str:
    fringe = "".join(line(f"M{94 + step * 17} 306v24", ink.base, 6) for step in range(13))
    return (
        shadow(130, 340)
        + fringe
        + rect(84, 116, 232, 196, ink.base, 20)
        + rect(84, 116, 232, 66, ink.light, 20)
        + path("M84 166H316V190H84Z", ink.dark)
        + line("M84 222H316M84 256H316M84 288H316", ink.light, 5)
        + line("M136 192V310M200 192V310M264 192V310", ink.dark, 5)
    )


def cushion(ink: Ink) -> str:
    return (
        shadow(120, 332)
        + path(
            "M78 92C120 108 280 108 322 92C306 150 306 262 322 320C280 304 120 304 78 320C94 262 94 150 78 92Z",
            ink.base,
        )
        + path("M322 92C306 150 306 262 322 320C300 312 258 307 214 306C270 260 292 160 322 92Z", ink.dark)
        + line("M112 136C160 146 240 146 288 136M110 274C160 264 240 264 290 274", ink.light, 5)
        + line("M112 148C118 190 118 224 112 264", ink.light, 5)
    )


def apron(ink: Ink) -> str:
    return (
        line("M158 98C146 34 254 34 242 98", ink.dark, 9)
        + path(
            "M154 92H246L256 164C276 178 298 186 306 190V334C306 344 300 350 290 350H110"
            "C100 350 94 344 94 334V190C102 186 124 178 144 164Z",
            ink.base,
        )
        + line("M94 204L52 238M306 204L348 238", ink.dark, 8)
        + rect(140, 222, 120, 84, ink.dark, 10)
        + line("M200 222V306", ink.base, 4)
        + line("M156 106H244", ink.light, 5)
    )


def oven_glove(ink: Ink) -> str:
    quilt = "".join(
        line(f"M{150 + step * 34} 130L{110 + step * 34} 250M{116 + step * 34} 140L{160 + step * 34} 250", ink.light, 3)
        for step in range(4)
    )
    return (
        shadow(90, 350)
        + path("M122 200C122 110 152 62 206 62C262 62 288 110 288 190V268H136Z", ink.base)
        + path("M288 214C306 178 332 164 348 180C362 198 330 248 288 272Z", ink.dark)
        + quilt
        + rect(124, 262, 176, 78, ink.deep, 14)
        + line("M140 284H284M140 318H284", ink.light, 5)
        + line("M132 336C112 344 108 366 130 366", ink.deep, 7)
    )


def hot_water_bottle(ink: Ink) -> str:
    knit = "".join(
        line(
            f"M128 {158 + row * 26}l12 10l12-10l12 10l12-10l12 10l12-10l12 10l12-10l12 10l12-10l12 10l12-10",
            ink.light,
            4,
        )
        for row in range(6)
    )
    return (
        shadow(90, 350)
        + rect(172, 44, 56, 24, CHARCOAL, 8)
        + path("M178 66H222V104H178Z", "#b5593a")
        + path(
            "M160 96H240L248 122C278 132 292 152 292 184V300C292 330 274 344 244 344H156"
            "C126 344 108 330 108 300V184C108 152 122 132 152 122Z",
            ink.base,
        )
        + knit
        + path("M160 96H240L248 122H152Z", ink.dark)
    )


def basket(ink: Ink) -> str:
    weave = "".join(
        line(f"M{92 + row * 4} {176 + row * 30}Q200 {196 + row * 30} {308 - row * 4} {176 + row * 30}", ink.dark, 6)
        for row in range(5)
    )
    rods = "".join(line(f"M{112 + step * 25} 158L{124 + step * 22} 326", ink.light, 5) for step in range(8))
    return (
        shadow(110, 338)
        + ellipse(200, 152, 122, 30, PAPER)
        + path("M78 152H322L292 316C288 330 278 334 264 334H136C122 334 112 330 108 316Z", ink.base)
        + rods
        + weave
        + path("M74 142C110 172 290 172 326 142V166C290 196 110 196 74 166Z", WHITE)
        + line("M76 178C110 200 290 200 324 178", ink.deep, 5)
        + ring(78, 200, 20, WOOD_DARK, 9)
        + ring(322, 200, 20, WOOD_DARK, 9)
        + turned(0, line("M130 336H270", WOOD, 5))
    )


DRAWINGS: Mapping[str, Callable[[Ink], str]] = {
    "table_lamp": table_lamp,
    "desk_lamp": desk_lamp,
    "floor_lamp": floor_lamp,
    "pendant": pendant,
    "paper_lantern": paper_lantern,
    "bulb": bulb,
    "towel": towel,
    "blanket": blanket,
    "cushion": cushion,
    "apron": apron,
    "oven_glove": oven_glove,
    "hot_water_bottle": hot_water_bottle,
    "basket": basket,
}
