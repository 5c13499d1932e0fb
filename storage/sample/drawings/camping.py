"""Things for a night outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from storage.sample.drawings.ink import CHARCOAL, GLOW, GOLD, STEEL, STEEL_DARK, WHITE, WOOD_DARK, Ink
from storage.sample.drawings.shapes import circle, ellipse, line, path, rect, ring, shadow, turned


def tent(ink: Ink) -> str:
    return (
        shadow(165, 312)
        + line("M200 96L40 316M200 96L360 316", STEEL_DARK, 4)
        + path("M200 92L350 308H50Z", ink.base)
        + path("M200 92L350 308H268Z", ink.dark)
        + path("M200 92L258 308H142Z", ink.deep)
        + path("M200 92L142 308H106C146 250 178 180 200 92Z", ink.light)
        + path("M200 92L258 308H232C214 250 206 180 200 92Z", ink.pale)
        + line("M200 92V74", STEEL_DARK, 5)
        + line("M36 318l8-8M364 318l-8-8", CHARCOAL, 5)
    )


def sleeping_bag(ink: Ink) -> str:
    quilts = "".join(
        line(f"M{118 + row * 3} {164 + row * 30}Q200 {176 + row * 30} {282 - row * 3} {164 + row * 30}", ink.dark)
        for row in range(6)
    )
    return (
        shadow(90, 350)
        + path(
            "M200 44C250 44 282 80 284 128C290 200 262 342 200 342C138 342 110 200 116 128C118 80 150 44 200 44Z",
            ink.base,
        )
        + quilts
        + ellipse(200, 108, 54, 48, ink.deep)
        + ellipse(200, 116, 40, 36, ink.pale)
        + path("M168 112C176 98 224 98 232 112V140C222 152 178 152 168 140Z", WHITE)
        + line("M250 142C258 200 246 280 220 322", ink.light, 5)
    )


def mat(ink: Ink) -> str:
    return (
        shadow(150, 316)
        + path("M118 176H310C336 176 350 204 350 240C350 276 336 306 310 306H118Z", ink.base)
        + path("M118 288H336C330 300 320 306 310 306H118Z", ink.dark)
        + ellipse(118, 241, 58, 66, ink.light)
        + ring(118, 241, 44, ink.dark, 6)
        + ring(118, 241, 28, ink.dark, 6)
        + circle(118, 241, 12, ink.deep)
        + rect(204, 174, 18, 134, ink.deep, 4)
        + rect(280, 174, 18, 134, ink.deep, 4)
        + rect(200, 228, 26, 22, STEEL, 4)
        + rect(276, 228, 26, 22, STEEL, 4)
    )


def stove(ink: Ink) -> str:
    flames = "".join(
        path(f"M{x} 128C{x - 16} 112 {x - 4} 100 {x} 84C{x + 6} 100 {x + 16} 112 {x} 128Z", "#5aa7e0")
        for x in (164, 200, 236)
    )
    return (
        shadow(90, 336)
        + path(
            "M132 244C132 226 150 214 200 214C250 214 268 226 268 244V308"
            "C268 322 252 330 200 330C148 330 132 322 132 308Z",
            ink.base,
        )
        + path("M132 262H268V296H132Z", ink.light)
        + path("M170 279h60", ink.dark)
        + rect(186, 180, 28, 40, STEEL_DARK, 4)
        + rect(214, 192, 46, 9, GOLD, 4)
        + path("M164 140H236L224 182H176Z", STEEL)
        + line("M196 150L118 126M204 150L282 126M118 126v-10M282 126v-10", STEEL_DARK, 8)
        + flames
        + ellipse(200, 134, 46, 9, STEEL_DARK)
    )


def camp_pot(ink: Ink) -> str:
    return (
        shadow(110, 312)
        + path("M112 172H288V274C288 294 274 304 256 304H144C126 304 112 294 112 274Z", ink.base)
        + path("M248 172H288V274C288 294 274 304 256 304H240Z", ink.dark)
        + rect(102, 156, 196, 20, ink.light, 10)
        + path("M142 156C150 132 250 132 258 156Z", ink.dark)
        + rect(186, 122, 28, 16, CHARCOAL, 6)
        + line("M290 190C336 186 346 214 344 262M290 214C320 210 328 226 326 256", STEEL_DARK, 8)
        + line("M130 204H180M130 232H166", ink.light, 5)
    )


def head_torch(ink: Ink) -> str:
    return (
        shadow(110, 322)
        + path(
            "M92 226C60 130 130 84 200 84C270 84 340 130 308 226L286 236"
            "C304 152 262 116 200 116C138 116 96 152 114 236Z",
            ink.base,
        )
        + line("M112 150C134 112 170 100 200 100C230 100 266 112 288 150", ink.light, 5)
        + rect(122, 212, 156, 90, CHARCOAL, 24)
        + circle(178, 257, 34, STEEL)
        + circle(178, 257, 26, GLOW)
        + circle(178, 257, 12, WHITE)
        + circle(242, 257, 16, STEEL_DARK)
        + circle(242, 257, 9, "#d2564e")
        + rect(182, 202, 36, 14, ink.deep, 5)
    )


def lantern(ink: Ink) -> str:
    return (
        shadow(80, 338)
        + line("M146 132C146 60 254 60 254 132", STEEL_DARK, 8)
        + path("M148 118H252L262 146H138Z", ink.base)
        + rect(146, 146, 108, 112, GLOW, 10)
        + rect(182, 166, 36, 74, WHITE, 18)
        + line("M152 148V258M248 148V258", ink.dark, 7)
        + path("M134 258H266L274 320C274 328 268 332 260 332H140C132 332 126 328 126 320Z", ink.base)
        + path("M230 258H266L274 320C274 328 268 332 260 332H236Z", ink.dark)
        + circle(186, 294, 14, ink.pale)
        + circle(186, 294, 6, ink.deep)
    )


def poles(ink: Ink) -> str:
    def pole(x: int) -> str:
        return (
            rect(x, 56, 20, 74, CHARCOAL, 10)
            + rect(x + 4, 126, 12, 96, ink.base)
            + rect(x + 2, 168, 16, 14, ink.deep, 4)
            + rect(x + 6, 222, 8, 98, STEEL)
            + rect(x + 3, 218, 14, 12, ink.deep, 4)
            + ellipse(x + 10, 322, 22, 6, CHARCOAL)
            + path(f"M{x + 6} 326h8l-4 22Z", STEEL_DARK)
            + line(f"M{x + 18} 72c20 10 18 40 2 44", ink.light, 5)
        )

    return turned(-14, pole(160)) + turned(14, pole(220))


def watch(ink: Ink) -> str:
    ticks = "".join(turned(step * 30, rect(197, 134, 6, 12, STEEL)) for step in range(12))
    return (
        shadow(70, 368)
        + path("M158 34H242L250 130H150Z", ink.base)
        + path("M150 270H250L242 364H158Z", ink.base)
        + line("M200 292v6M200 314v6M200 336v6", ink.deep, 7)
        + rect(288, 186, 16, 28, STEEL_DARK, 5)
        + circle(200, 200, 94, CHARCOAL)
        + circle(200, 200, 82, STEEL_DARK)
        + circle(200, 200, 74, "#1f2731")
        + ticks
        + line("M154 222L178 196L200 214L244 172", ink.light, 7)
        + rect(166, 238, 68, 8, WHITE, 4)
    )


def dome_tent(ink: Ink) -> str:
    return (
        shadow(165, 312)
        + path("M44 308C60 170 130 96 200 96C270 96 340 170 356 308Z", ink.base)
        + path("M200 96C270 96 340 170 356 308H276C272 220 250 150 200 96Z", ink.dark)
        + path("M200 120C240 168 256 240 258 308H142C144 240 160 168 200 120Z", ink.deep)
        + path("M200 120C168 170 150 240 142 308H112C124 230 152 160 200 120Z", ink.light)
        + line("M44 308C80 190 140 110 214 92M356 308C320 190 260 110 186 92", STEEL_DARK, 5)
        + line("M44 308L24 320M356 308L376 320", CHARCOAL, 5)
    )


def tunnel_tent(ink: Ink) -> str:
    return (
        shadow(170, 306)
        + path("M86 302C84 190 112 132 160 128C222 122 296 132 330 168C352 192 364 250 372 302Z", ink.base)
        + path("M232 124C284 128 314 150 330 168C352 192 364 250 372 302H266C268 220 258 160 232 124Z", ink.dark)
        + path("M28 302C34 190 66 132 112 130C158 128 186 190 188 302Z", ink.light)
        + path("M62 302C66 220 82 172 110 170C138 172 152 222 154 302Z", ink.deep)
        + line("M112 130C158 128 186 190 188 302M232 124C258 160 268 220 266 302", STEEL_DARK, 5)
        + rect(292, 200, 38, 34, ink.pale, 6)
        + line("M28 302L10 312M372 302L390 312", CHARCOAL, 5)
    )


def tarp(ink: Ink) -> str:
    return (
        shadow(150, 326)
        + line("M64 168V322M336 168V322", WOOD_DARK, 10)
        + line("M64 168L24 318M336 168L376 318", STEEL_DARK, 3)
        + path(
            "M52 168C120 190 160 190 200 110C240 190 280 190 348 168"
            "L316 244C270 232 240 216 200 190C160 216 130 232 84 244Z",
            ink.base,
        )
        + path("M200 110C240 190 280 190 348 168L316 244C270 232 240 216 200 190Z", ink.dark)
        + line("M200 110V190", ink.deep, 4)
        + line("M200 110L200 66", STEEL_DARK, 3)
        + line("M84 244L62 322M316 244L338 322", STEEL_DARK, 3)
    )


DRAWINGS: Mapping[str, Callable[[Ink], str]] = {
    "tent": tent,
    "sleeping_bag": sleeping_bag,
    "mat": mat,
    "stove": stove,
    "camp_pot": camp_pot,
    "head_torch": head_torch,
    "lantern": lantern,
    "poles": poles,
    "watch": watch,
    "dome_tent": dome_tent,
    "tunnel_tent": tunnel_tent,
    "tarp": tarp,
}
