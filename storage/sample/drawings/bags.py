"""Packs and bags."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from storage.sample.drawings.ink import CHARCOAL, GOLD, STEEL, STEEL_DARK, Ink
from storage.sample.drawings.shapes import circle, line, path, rect, shadow


def backpack(ink: Ink) -> str:
    return (
        shadow(110, 342)
        + line("M168 82C168 44 232 44 232 82", ink.deep, 14)
        + path("M100 180C86 200 82 250 92 306L122 312V176Z", ink.dark)
        + path("M300 180C314 200 318 250 308 306L278 312V176Z", ink.dark)
        + path(
            "M112 150C112 100 150 72 200 72C250 72 288 100 288 150V310"
            "C288 328 276 338 258 338H142C124 338 112 328 112 310Z",
            ink.base,
        )
        + path("M112 150C112 100 150 72 200 72C250 72 288 100 288 150V168C250 182 150 182 112 168Z", ink.light)
        + line("M116 164C150 178 250 178 284 164", ink.deep, 4)
        + rect(138, 216, 124, 98, ink.dark, 18)
        + line("M150 238H250", ink.light, 5)
        + rect(190, 150, 20, 58, ink.deep, 4)
        + rect(184, 186, 32, 20, STEEL, 5)
        + rect(244, 230, 7, 20, ink.pale, 3)
    )


def running_vest(ink: Ink) -> str:
    def side(x: int) -> str:
        return (
            rect(x, 190, 46, 96, ink.pale, 12)
            + rect(x + 14, 172, 18, 24, ink.deep, 5)
            + line(f"M{x + 6} 232h34", ink.dark, 4)
        )

    return (
        shadow(100, 338)
        + path("M130 80C150 64 170 72 176 96V318C150 330 122 326 108 312V170C108 130 112 96 130 80Z", ink.base)
        + path("M270 80C250 64 230 72 224 96V318C250 330 278 326 292 312V170C292 130 288 96 270 80Z", ink.base)
        + path("M130 80C160 58 240 58 270 80L254 100C230 84 170 84 146 100Z", ink.dark)
        + side(118)
        + side(236)
        + line("M176 156H224M176 248H224", CHARCOAL, 7)
        + rect(190, 148, 20, 16, STEEL, 4)
        + rect(190, 240, 20, 16, STEEL, 4)
    )


def belt(ink: Ink) -> str:
    return (
        shadow(140, 286)
        + path("M60 190C100 150 300 150 340 190V236C300 206 100 206 60 236Z", ink.dark)
        + path("M52 200C110 178 290 178 348 200V252C290 276 110 276 52 252Z", ink.base)
        + rect(130, 196, 140, 62, ink.light, 16)
        + line("M146 212H254", ink.deep, 5)
        + rect(246, 208, 8, 22, ink.deep, 3)
        + line("M66 226H116M284 226H334", ink.pale, 5)
    )


def laptop_bag(ink: Ink) -> str:
    return (
        shadow(150, 322)
        + line("M146 142C146 84 254 84 254 142", ink.deep, 16)
        + rect(58, 138, 284, 178, ink.base, 20)
        + path("M58 158C58 146 68 138 80 138H320C332 138 342 146 342 158V232C250 248 150 248 58 232Z", ink.light)
        + line("M60 232C150 248 250 248 340 232", ink.deep, 4)
        + rect(118, 138, 22, 128, ink.dark)
        + rect(260, 138, 22, 128, ink.dark)
        + rect(114, 244, 30, 24, GOLD, 5)
        + rect(256, 244, 30, 24, GOLD, 5)
    )


def sleeve(ink: Ink) -> str:
    return (
        shadow(150, 318)
        + rect(62, 112, 276, 196, STEEL, 14)
        + rect(70, 104, 260, 40, STEEL_DARK, 10)
        + path("M54 136H346V298C346 308 338 316 328 316H72C62 316 54 308 54 298Z", ink.base)
        + path("M54 136H346V160C250 176 150 176 54 160Z", ink.dark)
        + line("M70 300H330M70 176V300M330 176V300", ink.light, 3)
        + rect(180, 128, 40, 62, "#8a5a3b", 10)
        + circle(200, 172, 7, GOLD)
    )


def tote(ink: Ink) -> str:
    return (
        shadow(120, 340)
        + line("M140 172C140 52 260 52 260 172", "#8a5a3b", 12)
        + path("M84 158H316L332 318C332 328 326 334 316 334H84C74 334 68 328 68 318Z", ink.base)
        + path("M84 158H316L318 182H82Z", ink.dark)
        + rect(132, 164, 18, 58, "#8a5a3b", 4)
        + rect(250, 164, 18, 58, "#8a5a3b", 4)
        + path("M70 300H330L332 318C332 328 326 334 316 334H84C74 334 68 328 68 318Z", ink.dark)
        + rect(180, 232, 40, 24, ink.pale, 4)
    )


def pouch(ink: Ink) -> str:
    return (
        shadow(140, 310)
        + line("M312 188C346 196 346 232 312 240", ink.deep, 10)
        + rect(70, 156, 248, 148, ink.base, 34)
        + path("M70 204V190C70 170 86 156 104 156H284C302 156 318 170 318 190V204Z", ink.light)
        + line("M84 204H304", ink.deep, 5)
        + rect(104, 200, 10, 32, STEEL, 5)
        + rect(150, 242, 90, 30, ink.dark, 8)
    )


DRAWINGS: Mapping[str, Callable[[Ink], str]] = {
    "backpack": backpack,
    "running_vest": running_vest,
    "belt": belt,
    "laptop_bag": laptop_bag,
    "sleeve": sleeve,
    "tote": tote,
    "pouch": pouch,
}
