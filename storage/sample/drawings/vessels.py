"""Bottles, cups, glasses, bowls and jars."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from storage.sample.drawings.ink import CHARCOAL, GLASS, STEEL, STEEL_DARK, STEEL_LIGHT, WHITE, WOOD, WOOD_DARK, Ink
from storage.sample.drawings.shapes import circle, ellipse, line, path, rect, ring, shadow, veiled


def bottle(ink: Ink) -> str:
    return (
        shadow(66, 346)
        + path(
            "M172 96H228V116C228 132 252 140 252 168V322C252 336 242 344 228 344H172"
            "C158 344 148 336 148 322V168C148 140 172 132 172 116Z",
            ink.base,
        )
        + path("M224 128C238 138 252 146 252 168V322C252 336 242 344 228 344H214C226 290 228 200 224 128Z", ink.dark)
        + line("M168 178V306", ink.light, 9)
        + rect(164, 64, 72, 38, CHARCOAL, 8)
        + line("M180 64C180 40 220 40 220 64", CHARCOAL, 9)
        + rect(148, 228, 104, 8, ink.pale)
    )


def flask(ink: Ink) -> str:
    return (
        shadow(70, 352)
        + path("M154 70C154 58 162 52 174 52H226C238 52 246 58 246 70V142H154Z", STEEL)
        + path("M222 52H226C238 52 246 58 246 70V142H222Z", STEEL_DARK)
        + line("M246 78C284 78 284 122 246 122", STEEL_DARK, 9)
        + path("M142 142H258V332C258 344 250 350 238 350H162C150 350 142 344 142 332Z", ink.base)
        + path("M228 142H258V332C258 344 250 350 238 350H222Z", ink.dark)
        + line("M162 174V308", ink.light, 9)
        + rect(142, 142, 116, 14, STEEL_LIGHT)
        + rect(142, 322, 116, 10, STEEL)
    )


def mug(ink: Ink) -> str:
    return (
        shadow(100, 316)
        + line("M260 164C336 150 336 262 252 264", ink.dark, 22)
        + path("M104 120H268V270C268 296 250 310 226 310H146C122 310 104 296 104 270Z", ink.base)
        + path("M232 120H268V270C268 296 250 310 226 310H210C226 250 232 190 232 120Z", ink.dark)
        + ellipse(186, 120, 82, 18, ink.light)
        + ellipse(186, 122, 70, 12, ink.deep)
        + line("M126 160V262", ink.light, 9)
    )


def espresso_cup(ink: Ink) -> str:
    return (
        shadow(140, 318)
        + ellipse(200, 292, 136, 26, ink.light)
        + ellipse(200, 288, 110, 17, ink.dark)
        + line("M262 200C316 192 312 254 250 252", ink.dark, 16)
        + path("M126 174H274C274 236 254 282 222 286H178C146 282 126 236 126 174Z", ink.base)
        + path("M250 174H274C274 236 254 282 222 286H206C234 260 248 220 250 174Z", ink.dark)
        + ellipse(200, 174, 74, 16, ink.light)
        + ellipse(200, 177, 62, 11, "#8a5a34")
        + line("M176 138c-10-16 10-22 0-40M214 138c-10-16 10-22 0-40", "#b8bfc6", 6)
    )


def glass(ink: Ink) -> str:
    return (
        shadow(80, 330)
        + veiled(0.75, path("M124 96H276L258 318C257 326 252 328 244 328H156C148 328 143 326 142 318Z", ink.light))
        + veiled(0.7, path("M130 172H270L258 318C257 326 252 328 244 328H156C148 328 143 326 142 318Z", ink.base))
        + ellipse(200, 172, 70, 12, GLASS)
        + line("M124 96H276L257 322H143Z", ink.dark, 5)
        + line("M148 126L160 296", WHITE, 8)
    )


def wine_glass(ink: Ink) -> str:
    return (
        shadow(70, 352)
        + veiled(0.7, path("M138 56H262C276 140 252 204 200 206C148 204 124 140 138 56Z", ink.light))
        + veiled(0.85, path("M132 124H268C264 172 242 204 200 206C158 204 136 172 132 124Z", "#8e2f48"))
        + line("M138 56H262C276 140 252 204 200 206C148 204 124 140 138 56Z", ink.dark, 5)
        + line("M200 206V340", ink.dark, 8)
        + ellipse(200, 344, 58, 9, ink.dark)
        + line("M154 82C150 116 156 146 168 168", WHITE, 7)
    )


def carafe(ink: Ink) -> str:
    return (
        shadow(84, 344)
        + veiled(
            0.85,
            path(
                "M158 64H242L224 156C224 178 282 232 282 286C282 322 254 340 200 340"
                "C146 340 118 322 118 286C118 232 176 178 176 156Z",
                ink.light,
            ),
        )
        + path(
            "M132 242H268C276 256 282 270 282 286C282 322 254 340 200 340"
            "C146 340 118 322 118 286C118 270 124 256 132 242Z",
            "#6d4630",
        )
        + line(
            "M158 64H242L224 156C224 178 282 232 282 286C282 322 254 340 200 340"
            "C146 340 118 322 118 286C118 232 176 178 176 156Z",
            ink.dark,
            5,
        )
        + rect(166, 132, 68, 50, WOOD, 8)
        + rect(212, 132, 22, 50, WOOD_DARK, 6)
        + line("M140 268C138 290 144 306 156 316", WHITE, 7)
    )


def milk_jug(ink: Ink) -> str:
    return (
        shadow(90, 324)
        + line("M264 152C336 150 330 262 268 262", ink.dark, 18)
        + path(
            "M128 102L102 122C112 136 128 150 128 178C120 214 112 252 112 286"
            "C112 308 130 318 152 318H244C266 318 284 308 284 286C284 252 272 214 268 178L264 102Z",
            ink.base,
        )
        + path(
            "M240 102H264L268 178C272 214 284 252 284 286C284 308 266 318 244 318H222C242 250 246 170 240 102Z",
            ink.dark,
        )
        + ellipse(192, 102, 70, 14, ink.light)
        + ellipse(192, 104, 58, 9, WHITE)
        + line("M144 196C136 236 132 262 134 290", WHITE, 8)
    )


def plate(ink: Ink) -> str:
    return (
        ellipse(206, 212, 146, 142, "#cfd5d9")
        + circle(200, 200, 144, ink.base)
        + ring(200, 200, 138, ink.dark, 5)
        + circle(200, 200, 96, ink.light)
        + ring(200, 200, 96, ink.dark, 3)
        + "".join(
            circle(x, y, 3, ink.dark) for x, y in ((118, 142), (288, 176), (176, 306), (256, 96), (96, 226), (236, 318))
        )
    )


def bowl(ink: Ink) -> str:
    return (
        shadow(110, 310)
        + path("M62 168H338C338 242 286 296 236 302H164C114 296 62 242 62 168Z", ink.base)
        + path("M300 168H338C338 242 286 296 236 302H210C262 276 294 226 300 168Z", ink.dark)
        + ellipse(200, 168, 138, 30, ink.light)
        + ellipse(200, 172, 118, 21, ink.dark)
        + line("M92 214C104 246 128 270 154 284", ink.light, 8)
    )


def jar(ink: Ink) -> str:
    return (
        shadow(90, 340)
        + veiled(
            0.8,
            path(
                "M130 124H270C284 136 288 150 288 168V308C288 328 276 336 258 336H142"
                "C124 336 112 328 112 308V168C112 150 116 136 130 124Z",
                ink.light,
            ),
        )
        + path("M118 214C160 202 240 226 282 212V306C282 322 272 330 256 330H144C128 330 118 322 118 306Z", "#c58a4b")
        + line(
            "M130 124H270C284 136 288 150 288 168V308C288 328 276 336 258 336H142"
            "C124 336 112 328 112 308V168C112 150 116 136 130 124Z",
            ink.dark,
            5,
        )
        + rect(124, 108, 152, 20, "#d2694a", 8)
        + path("M130 108C132 78 268 78 270 108Z", ink.base)
        + line("M276 104C306 112 306 160 290 172M124 104C112 112 112 128 118 140", STEEL_DARK, 6)
        + line("M140 166V290", WHITE, 8)
    )


def crock(ink: Ink) -> str:
    return (
        shadow(130, 322)
        + path("M78 158H322V276C322 304 304 316 276 316H124C96 316 78 304 78 276Z", ink.base)
        + path("M280 158H322V276C322 304 304 316 276 316H252C274 270 280 214 280 158Z", ink.dark)
        + rect(66, 130, 268, 34, WOOD, 14)
        + rect(66, 150, 268, 14, WOOD_DARK, 7)
        + rect(180, 112, 40, 22, WOOD_DARK, 9)
        + line("M120 222H230M120 240H196", ink.dark, 5)
    )


def food_box(ink: Ink) -> str:
    def box(x: int, y: int, width: int, height: int) -> str:
        return (
            rect(x, y, width, height, GLASS, 14)
            + rect(x + 10, y + height * 0.45, width - 20, height * 0.45, "#e0a45a", 8)
            + rect(x - 6, y - 14, width + 12, 22, ink.base, 9)
            + rect(x + width / 2 - 16, y - 8, 32, 26, ink.dark, 6)
        )

    return shadow(140, 320) + box(72, 216, 256, 100) + box(104, 124, 190, 70)


def soft_flask(ink: Ink) -> str:
    return (
        shadow(60, 350)
        + path(
            "M168 118C140 140 150 210 146 262C142 318 160 344 200 344C240 344 258 318 254 262C250 210 260 140 232 118Z",
            ink.base,
        )
        + path("M222 118H232C260 140 250 210 254 262C258 318 240 344 200 344C240 300 238 200 222 118Z", ink.dark)
        + rect(164, 92, 72, 30, CHARCOAL, 8)
        + path("M184 92C184 66 192 56 200 56C208 56 216 66 216 92Z", ink.light)
        + line("M170 168C164 210 166 250 166 290", ink.pale, 8)
        + line("M196 190H224M196 222H224M196 254H224M196 286H224", ink.deep, 4)
    )


def water_carafe(ink: Ink) -> str:
    body = (
        "M170 96V142C170 172 132 196 132 242V312C132 332 146 342 164 342H236"
        "C254 342 268 332 268 312V242C268 196 230 172 230 142V96Z"
    )
    return (
        shadow(80, 346)
        + veiled(0.75, path(body, ink.light))
        + path("M132 236H268V312C268 332 254 342 236 342H164C146 342 132 332 132 312Z", "#8fc4dc")
        + ellipse(200, 236, 68, 10, "#b5dcea")
        + line(body, ink.dark, 5)
        + circle(200, 78, 26, WOOD)
        + line("M150 252V308", WHITE, 8)
    )


DRAWINGS: Mapping[str, Callable[[Ink], str]] = {
    "bottle": bottle,
    "flask": flask,
    "mug": mug,
    "espresso_cup": espresso_cup,
    "glass": glass,
    "wine_glass": wine_glass,
    "carafe": carafe,
    "milk_jug": milk_jug,
    "plate": plate,
    "bowl": bowl,
    "jar": jar,
    "crock": crock,
    "food_box": food_box,
    "soft_flask": soft_flask,
    "water_carafe": water_carafe,
}
