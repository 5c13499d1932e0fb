"""Clothes laid flat, seen from the front."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from storage.sample.drawings.ink import CHARCOAL, WHITE, Ink
from storage.sample.drawings.shapes import circle, ellipse, line, path, rect, shadow

_TORSO = "M142 118C160 108 240 108 258 118L276 160V312C276 320 270 324 262 324H138C130 324 124 320 124 312V160Z"


def _sleeves(fill: str, cuff: str) -> str:
    return (
        path("M142 118C116 126 102 142 94 168L66 286L100 298L128 214Z", fill)
        + path("M258 118C284 126 298 142 306 168L334 286L300 298L272 214Z", fill)
        + path("M70 270L66 286L100 298L105 283Z", cuff)
        + path("M330 270L334 286L300 298L295 283Z", cuff)
    )


def jacket(ink: Ink) -> str:
    return (
        shadow(110, 334)
        + path("M146 124C144 84 164 58 200 58C236 58 256 84 254 124Z", ink.dark)
        + path("M160 124C160 94 174 76 200 76C226 76 240 94 240 124Z", ink.deep)
        + _sleeves(ink.dark, ink.deep)
        + path(_TORSO, ink.base)
        + path("M142 118C160 108 240 108 258 118L268 142C236 154 164 154 132 142Z", ink.light)
        + line("M200 116V322", ink.deep, 5)
        + rect(195, 128, 10, 22, ink.pale, 4)
        + line("M148 238L166 286M252 238L234 286", ink.deep, 4)
        + line("M126 312H274", ink.dark, 5)
        + rect(222, 176, 28, 8, WHITE, 4)
    )


def puffer(ink: Ink) -> str:
    seams = "".join(
        line(f"M{126 - row % 2} {166 + row * 30}Q200 {178 + row * 30} 274 {166 + row * 30}", ink.dark)
        for row in range(5)
    )
    left = "".join(line(f"M{96 - row * 9} {178 + row * 34}l28 12", ink.deep, 4) for row in range(3))
    right = "".join(line(f"M{304 + row * 9} {178 + row * 34}l-28 12", ink.deep, 4) for row in range(3))
    return (
        shadow(110, 334)
        + path("M152 118C152 92 168 78 200 78C232 78 248 92 248 118Z", ink.deep)
        + _sleeves(ink.dark, ink.deep)
        + path(_TORSO, ink.base)
        + path("M142 118C160 108 240 108 258 118L266 138C236 148 164 148 134 138Z", ink.light)
        + seams
        + left
        + right
        + line("M200 112V322", ink.deep, 6)
    )


def shirt(ink: Ink) -> str:
    return (
        shadow(110, 334)
        + path("M148 104L96 132L64 226L104 242L128 190Z", ink.dark)
        + path("M252 104L304 132L336 226L296 242L272 190Z", ink.dark)
        + path("M148 104C176 126 224 126 252 104L276 140V322H124V140Z", ink.base)
        + path("M148 104C176 126 224 126 252 104L260 116C228 144 172 144 140 116Z", ink.light)
        + line("M128 196V318M272 196V318", ink.dark, 4)
        + line("M128 310H272", ink.dark, 4)
        + rect(216, 168, 34, 8, ink.pale, 4)
    )


def shorts(ink: Ink) -> str:
    return (
        shadow(120, 312)
        + path("M104 112H296L332 288L228 300L200 206L172 300L68 288Z", ink.base)
        + path("M104 112H296L300 138H100Z", ink.dark)
        + path("M296 112L332 288L296 292L276 138Z", ink.light)
        + path("M104 112L68 288L104 292L124 138Z", ink.light)
        + line("M200 138V206", ink.deep, 4)
        + line("M192 126l-14 40M208 126l14 40", WHITE, 4)
    )


def trousers(ink: Ink) -> str:
    return (
        shadow(90, 344)
        + path("M134 68H266L286 332H222L200 160L178 332H114Z", ink.base)
        + path("M134 68H266L268 92H132Z", ink.deep)
        + path("M266 92L286 332H262L244 92Z", ink.dark)
        + path("M134 92L114 332H138L156 92Z", ink.dark)
        + line("M200 92V160", ink.deep, 4)
        + line("M116 316H180M220 316H284", ink.light, 6)
    )


def sock(ink: Ink) -> str:
    ribs = "".join(line(f"M{152 + step * 14} 84v34", ink.light, 4) for step in range(6))
    return (
        shadow(110, 336)
        + path(
            "M140 72H232V206C236 222 282 248 306 266C330 286 318 326 286 326"
            "C240 326 176 312 152 288C138 272 140 246 140 226Z",
            ink.base,
        )
        + path("M140 72H232V128H140Z", ink.dark)
        + ribs
        + path(
            "M276 246C288 254 298 260 306 266C330 286 318 326 286 326C274 326 262 325 250 323C246 294 254 262 276 246Z",
            ink.dark,
        )
        + path("M140 226C168 232 188 258 184 304C170 300 160 295 152 288C138 272 140 246 140 226Z", ink.dark)
        + line("M142 152H230", ink.pale, 6)
        + line("M142 168H230", ink.pale, 3)
    )


def glove(ink: Ink) -> str:
    fingers = "".join(rect(x, top, 34, 130, ink.base, 17) for x, top in ((132, 104), (168, 82), (204, 86), (240, 112)))
    return (
        shadow(90, 346)
        + path("M136 218C112 186 84 188 82 214C82 244 112 276 140 290Z", ink.dark)
        + fingers
        + path("M132 172H274V262C274 280 262 288 248 288H158C144 288 132 280 132 262Z", ink.base)
        + rect(138, 276, 130, 58, ink.deep, 10)
        + line("M146 296H260M146 312H260", ink.light, 4)
        + line("M166 120V178M202 108V178M238 120V178", ink.dark, 4)
        + ellipse(204, 232, 42, 30, ink.dark)
    )


def beanie(ink: Ink) -> str:
    ribs = "".join(line(f"M{112 + step * 25} 238v52", ink.base, 5) for step in range(8))
    return (
        shadow(120, 314)
        + circle(200, 84, 30, ink.pale)
        + path("M96 244C92 150 132 96 200 96C268 96 308 150 304 244Z", ink.base)
        + line("M200 100V230M152 118C136 150 132 190 134 230M248 118C264 150 268 190 266 230", ink.dark, 5)
        + rect(88, 226, 224, 74, ink.dark, 18)
        + ribs
    )


def cap(ink: Ink) -> str:
    return (
        shadow(140, 284)
        + path("M88 240C86 164 126 118 190 118C254 118 288 164 288 240Z", ink.base)
        + path("M190 118C254 118 288 164 288 240H236C240 190 226 146 190 118Z", ink.light)
        + line("M190 120C156 146 142 190 144 238", ink.dark, 4)
        + path("M232 236C284 226 340 236 356 258C360 268 350 272 338 270C304 262 268 260 228 262Z", ink.dark)
        + path("M86 234H290V252H86Z", ink.deep)
        + circle(190, 116, 8, ink.dark)
        + "".join(circle(112 + x * 14, 196 + y * 14, 3, ink.dark) for x in range(2) for y in range(2))
        + line("M334 262l12 2", CHARCOAL, 2)
    )


def long_sleeve(ink: Ink) -> str:
    return (
        shadow(110, 334)
        + _sleeves(ink.dark, ink.deep)
        + path(_TORSO, ink.base)
        + path("M142 118C160 108 240 108 258 118L264 130C236 156 164 156 136 130Z", ink.light)
        + path("M160 113C180 134 220 134 240 113C220 109 180 109 160 113Z", ink.deep)
        + line("M126 310H274", ink.dark, 5)
    )


def gilet(ink: Ink) -> str:
    seams = "".join(
        line(f"M122 {176 + row * 32}Q200 {188 + row * 32} 278 {176 + row * 32}", ink.dark) for row in range(5)
    )
    return (
        shadow(100, 340)
        + path("M150 92C152 64 248 64 250 92L262 110H138Z", ink.deep)
        + path(
            "M142 96C160 112 240 112 258 96C266 130 276 150 284 160V318C284 328 278 332 268 332H132"
            "C122 332 116 328 116 318V160C124 150 134 130 142 96Z",
            ink.base,
        )
        + seams
        + line("M200 106V330", ink.deep, 6)
        + line("M138 268l28 8M262 268l-28 8", ink.deep, 5)
    )


def poncho(ink: Ink) -> str:
    return (
        shadow(140, 334)
        + path("M150 112C148 74 168 50 200 50C232 50 252 74 250 112Z", ink.dark)
        + path("M166 114C166 86 178 70 200 70C222 70 234 86 234 114Z", ink.deep)
        + path(
            "M150 104C170 116 230 116 250 104C296 150 328 236 346 304C300 336 100 336 54 304C72 236 104 150 150 104Z",
            ink.base,
        )
        + path("M250 104C296 150 328 236 346 304C330 315 306 322 280 326C284 240 274 160 250 104Z", ink.dark)
        + line("M200 114V196", ink.deep, 5)
        + "".join(circle(x, y, 5, ink.pale) for x, y in ((72, 290), (328, 290), (92, 242), (308, 242)))
    )


def scarf(ink: Ink) -> str:
    return (
        shadow(100, 306)
        + path("M96 132C96 92 304 92 304 132V258C304 306 96 306 96 258Z", ink.base)
        + path("M250 104C284 110 304 120 304 132V258C304 276 280 288 250 293C270 230 270 160 250 104Z", ink.dark)
        + ellipse(200, 132, 104, 34, ink.light)
        + ellipse(200, 136, 86, 24, ink.deep)
        + line("M100 176C150 208 230 176 286 204M102 226C160 256 230 220 276 248", ink.light, 7)
    )


def safety_vest(ink: Ink) -> str:
    return (
        shadow(100, 338)
        + path(
            "M136 78C150 92 158 128 200 150C242 128 250 92 264 78L296 96"
            "C286 140 288 160 288 178V316H112V178C112 160 114 140 104 96Z",
            ink.base,
        )
        + path("M112 218H288V244H112ZM112 270H288V296H112Z", WHITE)
        + path("M136 78L104 96C114 140 112 160 112 178V218H138C140 160 146 118 136 78Z", ink.light)
        + path("M264 78L296 96C286 140 288 160 288 178V218H262C260 160 254 118 264 78Z", ink.dark)
        + line("M200 150V316", ink.deep, 5)
        + rect(186, 252, 28, 14, CHARCOAL, 4)
    )


def sports_bra(ink: Ink) -> str:
    return (
        shadow(110, 306)
        + path(
            "M142 78H166C168 140 182 166 200 166C218 166 232 140 234 78H258"
            "C262 140 286 168 306 188L300 296H100L94 188C114 168 138 140 142 78Z",
            ink.base,
        )
        + path("M258 78C262 140 286 168 306 188L300 296H264C276 240 262 160 246 78Z", ink.dark)
        + path("M98 262H302L300 296H100Z", ink.deep)
        + line("M200 168V258", ink.dark, 5)
        + rect(140, 108, 28, 12, ink.pale, 4)
        + rect(232, 108, 28, 12, ink.pale, 4)
    )


DRAWINGS: Mapping[str, Callable[[Ink], str]] = {
    "jacket": jacket,
    "puffer": puffer,
    "shirt": shirt,
    "shorts": shorts,
    "trousers": trousers,
    "sock": sock,
    "glove": glove,
    "beanie": beanie,
    "cap": cap,
    "long_sleeve": long_sleeve,
    "gilet": gilet,
    "poncho": poncho,
    "scarf": scarf,
    "safety_vest": safety_vest,
    "sports_bra": sports_bra,
}
