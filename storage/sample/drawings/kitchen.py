"""Pans, knives and baking things."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from storage.sample.drawings.ink import CHARCOAL, GLASS, STEEL, STEEL_DARK, STEEL_LIGHT, WOOD, WOOD_DARK, Ink
from storage.sample.drawings.shapes import circle, ellipse, line, path, rect, ring, shadow, turned, veiled


def frying_pan(ink: Ink) -> str:
    return turned(
        -38,
        rect(190, 268, 34, 128, CHARCOAL, 15),
        circle(207, 378, 7, STEEL),
        rect(182, 250, 50, 34, STEEL_DARK, 6),
        circle(207, 152, 122, ink.dark),
        circle(207, 152, 112, ink.base),
        circle(207, 152, 92, ink.dark),
        ring(207, 152, 92, ink.deep, 3),
        line("M146 128C156 100 180 84 206 82", ink.light, 8),
    )


def wok(ink: Ink) -> str:
    return (
        shadow(90, 312)
        + line("M306 190L372 144", WOOD, 20)
        + line("M96 188C58 180 56 216 104 216", STEEL_DARK, 10)
        + path("M76 182H324C318 252 272 304 240 306H160C128 304 82 252 76 182Z", ink.base)
        + path("M286 182H324C318 252 272 304 240 306H214C256 280 282 232 286 182Z", ink.dark)
        + ellipse(200, 182, 124, 26, ink.deep)
        + ellipse(200, 186, 108, 18, ink.dark)
        + circle(168, 176, 12, "#6f9b46")
        + circle(206, 172, 13, "#d2694a")
        + circle(240, 178, 11, "#e0b34a")
    )


def saucepan(ink: Ink) -> str:
    return (
        shadow(110, 316)
        + line("M268 206H372", ink.deep, 19)
        + path("M78 172H272V278C272 298 258 308 240 308H110C92 308 78 298 78 278Z", ink.base)
        + path("M232 172H272V278C272 298 258 308 240 308H216C230 268 232 220 232 172Z", ink.dark)
        + rect(68, 158, 214, 20, ink.light, 10)
        + path("M92 158C104 126 246 126 258 158Z", ink.dark)
        + circle(175, 122, 14, CHARCOAL)
        + line("M100 204V272", ink.light, 9)
    )


def casserole(ink: Ink) -> str:
    return (
        shadow(130, 322)
        + rect(40, 196, 320, 26, ink.deep, 13)
        + path("M70 184H330V280C330 304 312 316 288 316H112C88 316 70 304 70 280Z", ink.base)
        + path("M288 184H330V280C330 304 312 316 288 316H262C282 276 288 230 288 184Z", ink.dark)
        + rect(58, 166, 284, 24, ink.light, 12)
        + path("M78 166C94 116 306 116 322 166Z", ink.base)
        + path("M258 128C290 134 314 146 322 166H276C274 150 268 138 258 128Z", ink.dark)
        + rect(180, 98, 40, 24, STEEL, 10)
        + line("M108 152C124 138 146 132 170 130", ink.pale, 7)
    )


def stockpot(ink: Ink) -> str:
    return (
        shadow(110, 346)
        + line("M96 184C58 184 58 226 96 226M304 184C342 184 342 226 304 226", STEEL_DARK, 11)
        + path("M94 136H306V314C306 332 294 340 276 340H124C106 340 94 332 94 314Z", ink.base)
        + path("M262 136H306V314C306 332 294 340 276 340H246C260 270 262 200 262 136Z", ink.dark)
        + rect(84, 120, 232, 22, ink.light, 11)
        + veiled(0.9, path("M104 120C122 84 278 84 296 120Z", GLASS))
        + rect(182, 70, 36, 22, CHARCOAL, 9)
        + line("M118 172V300", ink.pale, 9)
    )


def baking_tin(ink: Ink) -> str:
    return (
        shadow(140, 312)
        + path("M96 182C98 126 148 112 200 120C252 108 304 126 304 182Z", "#d59a56")
        + line("M142 142l14 22M192 132l14 24M244 134l12 22", "#a86c33", 8)
        + path("M66 182H334L312 304H88Z", ink.base)
        + path("M292 182H334L312 304H276Z", ink.dark)
        + rect(54, 172, 292, 20, ink.light, 9)
        + line("M104 212L116 284", ink.light, 7)
    )


def baking_steel(ink: Ink) -> str:
    return (
        path("M200 108L356 198L200 288L44 198Z", ink.base)
        + path("M44 198L200 288V306L44 216Z", ink.dark)
        + path("M356 198L200 288V306L356 216Z", ink.deep)
        + ellipse(200, 196, 104, 58, "#d59a56")
        + ellipse(200, 194, 88, 48, "#c8433f")
        + "".join(
            ellipse(x, y, 19, 12, "#f6eed8") for x, y in ((160, 186), (206, 172), (240, 198), (188, 214), (218, 222))
        )
        + "".join(ellipse(x, y, 8, 5, "#4f7a3f") for x, y in ((182, 192), (226, 184), (202, 206)))
    )


def hand_mixer(ink: Ink) -> str:
    whisks = "".join(
        line(
            f"M{x} 206V236M{x} 236C{x - 34} 262 {x - 30} 330 {x} 336C{x + 30} 330 {x + 34} 262 {x} 236V334",
            STEEL_DARK,
            5,
        )
        for x in (134, 196)
    )
    return (
        shadow(100, 348)
        + line("M150 94C180 62 270 62 306 120", ink.dark, 24)
        + path(
            "M92 150C92 120 120 108 150 108H302C326 108 340 128 336 160"
            "C334 188 320 206 296 206H132C108 206 92 186 92 150Z",
            ink.base,
        )
        + path("M290 108H302C326 108 340 128 336 160C334 188 320 206 296 206H280C300 176 302 140 290 108Z", ink.dark)
        + whisks
        + rect(160, 146, 92, 16, ink.light, 8)
        + circle(116, 152, 10, ink.deep)
    )


def knife(ink: Ink) -> str:
    return turned(
        -42,
        path("M186 24C226 60 236 150 232 252H186Z", STEEL_LIGHT),
        path("M186 24C198 34 206 46 213 60L204 252H186Z", STEEL),
        rect(182, 250, 52, 16, STEEL_DARK, 3),
        path("M186 266H230L226 366C226 378 220 384 208 384C196 384 188 378 188 366Z", ink.base),
        path("M212 266H230L226 366C226 378 220 384 208 384Z", ink.dark),
        circle(207, 292, 5, STEEL),
        circle(207, 326, 5, STEEL),
        circle(207, 358, 5, STEEL),
    )


def knife_block(ink: Ink) -> str:
    handles = "".join(
        rect(x, y, 24, 84, CHARCOAL, 10) + circle(x + 12, y + 26, 4, STEEL) + rect(x, y + 74, 24, 12, STEEL)
        for x, y in ((134, 64), (168, 48), (202, 56), (236, 74))
    )
    return (
        shadow(110, 346)
        + handles
        + path("M120 140H276L300 340H100Z", ink.base)
        + path("M240 140H276L300 340H252Z", ink.dark)
        + line("M132 156h28M168 156h24M202 156h26", ink.deep, 5)
        + line("M124 230C160 222 200 236 236 228M118 280C160 270 206 288 242 278", ink.dark, 3)
    )


def whetstone(ink: Ink) -> str:
    return (
        shadow(150, 300)
        + path("M62 232H316L346 262V286H92L62 256Z", WOOD_DARK)
        + path("M62 232H316L346 262H92Z", WOOD)
        + path("M84 190H300L322 212V238H106L84 216Z", ink.dark)
        + path("M84 176H300L322 198V218H106L84 196Z", STEEL_LIGHT)
        + path("M84 176H300L322 198H106Z", "#f3efe6")
        + path("M84 196L106 218V240L84 218Z", ink.deep)
        + line("M130 186C170 194 220 182 276 190", "#9fc6d6", 5)
    )


def board(ink: Ink) -> str:
    return (
        shadow(140, 330)
        + rect(62, 100, 276, 222, ink.dark, 22)
        + rect(62, 92, 276, 218, ink.base, 22)
        + line("M84 138H316M84 182H316M84 226H316M84 268H316", ink.light, 3)
        + line("M132 96V138M220 138V182M160 182V226M262 226V268M196 268V308", ink.light, 3)
        + rect(170, 108, 60, 18, ink.deep, 9)
    )


def cutlery(ink: Ink) -> str:
    tines = "".join(rect(100 + step * 13, 70, 7, 66, ink.base, 3) for step in range(4))
    return (
        tines
        + path(
            "M98 126H148C148 158 136 168 132 176L134 326C134 340 112 340 112 326L114 176C110 168 98 158 98 126Z",
            ink.base,
        )
        + path("M196 66C214 90 220 140 216 190H192V66Z", ink.light)
        + path("M192 186H216L214 326C214 340 194 340 194 326Z", ink.base)
        + ellipse(284, 112, 28, 44, ink.base)
        + ellipse(284, 110, 18, 32, ink.light)
        + path("M278 150H290L295 326C295 340 273 340 273 326Z", ink.base)
        + line("M123 196V312M204 204V312M284 176V312", ink.dark, 3)
    )


def brush(ink: Ink) -> str:
    fibres = "".join(line(f"M{150 + step * 12} 104L{138 + step * 15} 52", "#e9dcc0", 8) for step in range(9))
    return turned(
        28,
        fibres,
        rect(138, 96, 124, 40, ink.base, 20),
        line("M146 128H254", STEEL_DARK, 6),
        path("M186 134H214L218 340C218 362 182 362 182 340Z", ink.base),
        path("M204 134H214L218 340C218 352 208 358 200 358Z", ink.dark),
        circle(200, 338, 7, ink.pale),
    )


DRAWINGS: Mapping[str, Callable[[Ink], str]] = {
    "frying_pan": frying_pan,
    "wok": wok,
    "saucepan": saucepan,
    "casserole": casserole,
    "stockpot": stockpot,
    "baking_tin": baking_tin,
    "baking_steel": baking_steel,
    "hand_mixer": hand_mixer,
    "knife": knife,
    "knife_block": knife_block,
    "whetstone": whetstone,
    "board": board,
    "cutlery": cutlery,
    "brush": brush,
}
