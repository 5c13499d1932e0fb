"""Shoes, seen from the side with the toe to the right."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from storage.sample.drawings.ink import CHARCOAL, WHITE, WOOD_DARK, Ink
from storage.sample.drawings.shapes import line, path, shadow


def running_shoe(ink: Ink) -> str:
    upper = (
        "M70 266C64 226 70 190 84 166C92 154 108 158 112 172C120 196 142 202 158 186L180 162"
        "C188 154 200 155 207 163L242 204C272 226 326 232 342 264L344 276H70Z"
    )
    laces = "".join(line(f"M{182 + step * 17} {176 + step * 14}l20-13", WHITE, 6) for step in range(4))
    return (
        shadow(150)
        + path(upper, ink.base)
        + path("M292 232C318 240 336 250 342 264L344 276H268C270 256 278 240 292 232Z", ink.dark)
        + path("M70 266C65 230 70 196 82 170C96 196 112 220 108 276H70Z", ink.dark)
        + path("M84 166C92 154 108 158 112 172C116 184 124 192 134 195L126 206C106 200 92 186 84 166Z", ink.deep)
        + path("M140 276L186 214L206 224L172 276Z", ink.light)
        + path("M188 276L218 230L234 238L210 276Z", ink.light)
        + laces
        + path("M62 266H346C354 276 352 292 340 300L318 306H88C66 304 58 288 62 266Z", WHITE)
        + path("M60 290C62 302 72 310 88 310H316C334 310 348 302 350 288L318 296H86Z", CHARCOAL)
        + line("M92 282H300", ink.pale, 5)
    )


def boot(ink: Ink) -> str:
    shaft = (
        "M112 104C142 94 178 94 204 102L210 178C224 204 300 210 326 240"
        "C338 254 338 270 336 284H104C98 226 116 172 112 104Z"
    )
    hooks = "".join(line(f"M{176 + step * 3} {126 + step * 22}h30", ink.pale, 6) for step in range(4))
    lugs = "".join(path(f"M{104 + step * 40} 306h26v16h-26Z", CHARCOAL) for step in range(6))
    return (
        shadow(140, 330)
        + path(shaft, ink.base)
        + path("M112 104C142 94 178 94 204 102L205 120C178 112 142 112 113 124Z", ink.deep)
        + path("M282 216C304 222 320 232 328 242C338 256 338 270 336 284H262C264 254 268 230 282 216Z", ink.dark)
        + path("M104 284C101 250 106 222 110 196C134 214 140 250 138 284Z", ink.dark)
        + hooks
        + line("M206 214l26-12M226 222l26-12", ink.pale, 6)
        + path("M98 280H340V304H98Z", WOOD_DARK)
        + path("M98 296H340V310H98Z", CHARCOAL)
        + lugs
    )


def sandal(ink: Ink) -> str:
    return (
        shadow(150)
        + path(
            "M60 270C120 262 180 280 240 270C290 262 330 262 346 278C352 292 344 306 326 308H82C62 306 54 288 60 270Z",
            CHARCOAL,
        )
        + path(
            "M62 268C120 258 180 276 240 266C290 256 330 258 344 276C320 284 280 280 240 286C180 292 120 282 62 280Z",
            ink.pale,
        )
        + line("M84 262C92 214 118 196 150 200", ink.base, 20)
        + line("M150 200C190 214 214 244 226 268", ink.base, 20)
        + line("M104 214C112 180 138 170 168 184", ink.dark, 14)
        + line("M238 264C246 222 288 216 318 262", ink.base, 24)
        + line("M246 250C262 230 290 230 306 252", ink.light, 6)
        + path("M138 188h26v24h-26Z", ink.deep)
    )


DRAWINGS: Mapping[str, Callable[[Ink], str]] = {"running_shoe": running_shoe, "boot": boot, "sandal": sandal}
