"""Making coffee and tea."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from storage.sample.drawings.ink import (
    CHARCOAL,
    COFFEE,
    GLASS,
    GOLD,
    PAPER,
    STEEL,
    STEEL_DARK,
    STEEL_LIGHT,
    WHITE,
    WOOD,
    WOOD_DARK,
    Ink,
)
from storage.sample.drawings.shapes import circle, ellipse, line, path, rect, ring, shadow, turned, veiled


def grinder(ink: Ink) -> str:
    return (
        shadow(90, 348)
        + veiled(0.8, path("M136 62H264L248 146H152Z", GLASS))
        + path("M143 96H257L248 146H152Z", COFFEE)
        + rect(128, 48, 144, 18, ink.dark, 8)
        + path("M138 146H262L272 210H128Z", ink.base)
        + rect(128, 206, 144, 138, ink.base, 12)
        + rect(238, 206, 34, 138, ink.dark, 12)
        + rect(150, 250, 84, 82, GLASS, 8)
        + path("M154 296H230V324C230 328 226 330 222 330H162C158 330 154 328 154 324Z", COFFEE)
        + circle(192, 184, 19, STEEL_LIGHT)
        + line("M192 184l9-12", CHARCOAL, 5)
    )


def hand_grinder(ink: Ink) -> str:
    return (
        shadow(70, 350)
        + line("M200 72H294", STEEL_DARK, 11)
        + rect(282, 40, 26, 42, WOOD, 12)
        + rect(190, 62, 20, 34, STEEL_DARK, 5)
        + path("M156 94H244L250 120H150Z", STEEL)
        + rect(150, 118, 100, 120, ink.base, 8)
        + rect(224, 118, 26, 120, ink.dark, 8)
        + rect(144, 168, 112, 26, ink.deep, 8)
        + veiled(0.9, rect(154, 238, 92, 106, GLASS, 12))
        + path("M158 286C186 276 214 294 242 284V332C242 338 238 340 232 340H168C162 340 158 338 158 332Z", COFFEE)
        + line("M166 132V158", ink.light, 7)
    )


def pour_over(ink: Ink) -> str:
    return (
        shadow(90, 346)
        + path("M94 92H306L242 190H158Z", ink.base)
        + path("M262 92H306L242 190H214Z", ink.dark)
        + path("M108 92L120 70H280L292 92Z", PAPER)
        + ellipse(200, 92, 98, 11, COFFEE)
        + line("M140 112l22 60M172 112l10 60M228 112l-10 60", ink.light, 4)
        + line("M298 112C340 110 334 158 276 152", ink.dark, 13)
        + rect(126, 188, 148, 16, ink.dark, 8)
        + line("M200 208v16", COFFEE, 6)
        + veiled(0.85, path("M142 222H258L274 312C276 330 264 340 246 340H154C136 340 124 330 126 312Z", GLASS))
        + path("M132 280H268L274 312C276 330 264 340 246 340H154C136 340 124 330 126 312Z", COFFEE)
    )


def french_press(ink: Ink) -> str:
    return (
        shadow(90, 346)
        + circle(194, 58, 14, CHARCOAL)
        + line("M194 68V118", STEEL_DARK, 7)
        + line("M264 158C336 154 336 284 264 288", ink.deep, 18)
        + path("M118 116C130 98 258 98 270 116L276 132H112Z", ink.dark)
        + rect(122, 132, 144, 206, GLASS, 8)
        + rect(122, 200, 144, 138, COFFEE, 8)
        + rect(126, 190, 136, 12, STEEL_DARK, 4)
        + rect(116, 146, 156, 18, ink.base, 5)
        + rect(116, 300, 156, 40, ink.base, 8)
        + line("M150 160V304M238 160V304", ink.base, 10)
    )


def moka(ink: Ink) -> str:
    return (
        shadow(90, 346)
        + line("M262 128C330 132 324 210 296 244", CHARCOAL, 17)
        + path("M136 110L120 92L150 96H252L264 196H148Z", ink.light)
        + path("M218 96H252L264 196H226Z", ink.base)
        + path("M150 96L196 62H206L252 96Z", ink.base)
        + circle(201, 56, 12, CHARCOAL)
        + rect(138, 194, 136, 28, ink.dark, 6)
        + path("M144 222H268L286 338H126Z", ink.light)
        + path("M226 222H268L286 338H236Z", ink.base)
        + circle(166, 250, 8, GOLD)
        + line("M186 232L178 330", ink.pale, 5)
    )


def espresso_machine(ink: Ink) -> str:
    return (
        shadow(120, 346)
        + rect(92, 74, 216, 92, ink.base, 18)
        + rect(92, 148, 216, 18, ink.dark)
        + rect(224, 160, 84, 152, ink.base)
        + rect(256, 160, 52, 152, ink.dark)
        + rect(82, 304, 236, 36, ink.deep, 10)
        + line("M104 300H216", STEEL, 8)
        + rect(128, 166, 62, 22, STEEL_DARK, 4)
        + rect(134, 186, 50, 16, STEEL, 5)
        + line("M134 194H74", CHARCOAL, 15)
        + line("M150 204v14M168 204v14", COFFEE, 5)
        + path("M132 248H188C188 278 178 294 168 296H152C142 294 132 278 132 248Z", WHITE)
        + line("M186 258C204 256 202 278 182 278", WHITE, 6)
        + ring(268, 112, 21, STEEL_LIGHT, 6)
        + line("M268 112l8-10", STEEL_LIGHT, 4)
        + rect(120, 98, 66, 11, ink.pale, 5)
        + line("M232 168C220 200 222 220 212 240", STEEL, 8)
    )


def coffee_machine(ink: Ink) -> str:
    return (
        shadow(110, 346)
        + rect(230, 66, 78, 274, ink.base, 14)
        + rect(272, 66, 36, 274, ink.dark, 14)
        + rect(94, 66, 200, 74, ink.base, 16)
        + path("M112 140H232L214 184H130Z", ink.deep)
        + rect(86, 318, 222, 24, ink.deep, 8)
        + path("M116 196H224L234 316H106Z", STEEL)
        + path("M192 196H224L234 316H198Z", STEEL_DARK)
        + line("M108 214C68 214 68 292 104 296", CHARCOAL, 14)
        + rect(130, 186, 82, 14, CHARCOAL, 6)
        + rect(122, 88, 92, 30, "#1f2731", 6)
        + line("M138 104h18M166 104h30", "#7fd0c0", 6)
    )


def coffee_bag(ink: Ink) -> str:
    bean = ellipse(200, 252, 24, 33, COFFEE) + line("M200 224C190 244 210 260 200 280", ink.pale, 5)
    return (
        shadow(90, 350)
        + path("M120 92H280L294 336C294 342 290 346 284 346H116C110 346 106 342 106 336Z", ink.base)
        + path("M246 92H280L294 336C294 342 290 346 284 346H262Z", ink.dark)
        + path("M124 54H276L282 100H118Z", ink.dark)
        + line("M122 78H278", ink.light, 5)
        + rect(136, 142, 128, 172, PAPER, 10)
        + rect(156, 164, 88, 10, ink.base, 5)
        + rect(172, 186, 56, 7, STEEL, 3)
        + turned(0, bean)
        + circle(200, 118, 9, ink.deep)
    )


def gift_box(ink: Ink) -> str:
    return (
        shadow(130, 336)
        + rect(84, 182, 232, 150, ink.base, 8)
        + rect(270, 182, 46, 150, ink.dark, 8)
        + rect(70, 138, 260, 52, ink.light, 8)
        + rect(180, 138, 40, 194, "#c8433f")
        + line(
            "M200 136C150 120 138 74 168 74C192 74 200 108 200 136C200 108 208 74 232 74C262 74 250 120 200 136Z",
            "#c8433f",
            13,
        )
        + rect(70, 186, 260, 7, ink.dark)
    )


def scale(ink: Ink) -> str:
    return (
        shadow(140, 306)
        + path("M76 206H324L346 290C346 298 340 302 332 302H68C60 302 54 298 54 290Z", ink.base)
        + path("M58 278H342L346 290C346 298 340 302 332 302H68C60 302 54 298 54 290Z", ink.dark)
        + path("M92 146H308L328 210H72Z", ink.light)
        + path("M72 210H328L330 218H70Z", ink.deep)
        + rect(136, 234, 128, 38, "#1f2731", 6)
        + line("M154 253h12M178 253h12M202 253h12M236 253h10", "#9fe0d0", 8)
        + circle(100, 254, 9, ink.deep)
        + circle(300, 254, 9, ink.deep)
    )


def tamper(ink: Ink) -> str:
    return (
        shadow(90, 336)
        + path("M164 96C164 66 236 66 236 96C236 130 214 140 214 176V226H186V176C186 140 164 130 164 96Z", ink.base)
        + path("M214 74C228 78 236 84 236 96C236 130 214 140 214 176V226H204C204 170 222 130 214 74Z", ink.dark)
        + rect(178, 220, 44, 20, GOLD, 5)
        + path("M170 240H230L282 282H118Z", STEEL)
        + rect(114, 280, 172, 50, STEEL_LIGHT, 6)
        + rect(240, 280, 46, 50, STEEL_DARK, 6)
    )


def filter_papers(ink: Ink) -> str:
    def sheet(fill: str, edge: str) -> str:
        return path("M84 104C150 84 250 84 316 104L224 316H176Z", fill) + line("M84 104L176 316H224L316 104", edge, 5)

    return (
        shadow(80, 330)
        + turned(-14, sheet(ink.dark, ink.deep))
        + turned(-5, sheet(ink.base, ink.dark))
        + turned(4, sheet(ink.light, ink.dark))
        + line("M186 300H226", ink.dark, 4)
    )


def frother(ink: Ink) -> str:
    return (
        shadow(60, 350)
        + rect(166, 50, 68, 158, ink.base, 30)
        + rect(208, 60, 26, 140, ink.dark, 13)
        + rect(186, 42, 28, 16, CHARCOAL, 6)
        + line("M200 208V316", STEEL_DARK, 7)
        + "".join(ellipse(200, 324, 30 - step * 5, 11 - step, STEEL if step % 2 else STEEL_DARK) for step in range(4))
        + line("M182 88V168", ink.light, 7)
    )


def kettle(ink: Ink) -> str:
    return (
        shadow(120, 338)
        + line("M262 128C340 120 340 276 282 284", ink.deep, 22)
        + path("M132 124L92 144C104 158 118 168 122 190L104 300H288L264 124Z", ink.base)
        + path("M234 124H264L288 300H250Z", ink.dark)
        + path("M134 124C138 96 260 96 264 124Z", ink.dark)
        + rect(182, 84, 36, 18, CHARCOAL, 8)
        + rect(92, 296, 208, 18, CHARCOAL, 6)
        + rect(84, 314, 224, 20, STEEL_DARK, 8)
        + veiled(0.9, rect(150, 176, 22, 98, GLASS, 10))
        + line("M161 232V264", "#6fb2cf", 12)
    )


def gooseneck(ink: Ink) -> str:
    return (
        shadow(120, 338)
        + line("M142 262C92 262 112 150 66 128", ink.dark, 14)
        + line("M262 146C350 124 346 262 300 262", CHARCOAL, 17)
        + path("M142 158H268L292 304H118Z", ink.base)
        + path("M236 158H268L292 304H250Z", ink.dark)
        + path("M140 158C146 128 264 128 270 158Z", ink.light)
        + rect(194, 106, 22, 30, WOOD, 8)
        + rect(98, 300, 214, 32, CHARCOAL, 10)
        + line("M180 317h42", "#9fe0d0", 7)
        + line("M160 184L146 280", ink.light, 8)
    )


def stovetop_kettle(ink: Ink) -> str:
    return (
        shadow(120, 330)
        + line("M124 176C116 62 284 62 276 176", STEEL_DARK, 11)
        + line("M158 92C184 78 216 78 242 92", WOOD, 20)
        + path("M120 226L64 172L82 158L150 196Z", ink.dark)
        + path("M82 158L64 172L56 160L72 148Z", CHARCOAL)
        + path(
            "M92 284C92 212 140 168 200 168C260 168 308 212 308 284C308 310 290 322 268 322H132C110 322 92 310 92 284Z",
            ink.base,
        )
        + path("M256 184C288 204 308 242 308 284C308 310 290 322 268 322H236C266 284 272 228 256 184Z", ink.dark)
        + ellipse(200, 172, 56, 13, ink.light)
        + circle(200, 154, 14, WOOD_DARK)
        + line("M122 262C126 238 138 220 154 208", ink.light, 9)
    )


def teapot(ink: Ink) -> str:
    return (
        shadow(120, 324)
        + line("M276 186C356 170 348 274 278 272", ink.dark, 20)
        + path("M126 264C86 250 96 196 58 182L78 168C116 178 118 216 146 222Z", ink.dark)
        + path(
            "M104 238C104 184 148 152 200 152C252 152 296 184 296 238C296 292 252 318 200 318C148 318 104 292 104 238Z",
            ink.base,
        )
        + path("M248 164C278 178 296 204 296 238C296 292 252 318 200 318C262 296 276 220 248 164Z", ink.dark)
        + path("M146 164C156 134 244 134 254 164C224 176 176 176 146 164Z", ink.light)
        + circle(200, 128, 15, ink.dark)
        + line("M128 236C130 208 146 190 164 182", ink.pale, 8)
    )


DRAWINGS: Mapping[str, Callable[[Ink], str]] = {
    "grinder": grinder,
    "hand_grinder": hand_grinder,
    "pour_over": pour_over,
    "french_press": french_press,
    "moka": moka,
    "espresso_machine": espresso_machine,
    "coffee_machine": coffee_machine,
    "coffee_bag": coffee_bag,
    "gift_box": gift_box,
    "scale": scale,
    "tamper": tamper,
    "filter_papers": filter_papers,
    "frother": frother,
    "kettle": kettle,
    "gooseneck": gooseneck,
    "stovetop_kettle": stovetop_kettle,
    "teapot": teapot,
}
