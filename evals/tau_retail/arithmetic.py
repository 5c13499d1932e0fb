"""Arithmetic on what a model writes, without evaluating it as code."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from decimal import Decimal, DecimalException

from tools.errors import BadArguments

_LONGEST = 200
_BINARY: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def worked_out(expression: str) -> str:
    """The value of an expression of numbers, + - * / and parentheses, rounded to cents. Raises BadArguments."""
    try:
        if len(expression) > _LONGEST:
            raise ValueError("too long")
        value = _value(ast.parse(expression.strip(), mode="eval").body)
    except (ValueError, SyntaxError, DecimalException, RecursionError) as error:
        raise BadArguments("Write numbers, + - * / and parentheses only.", field="expression") from error
    return str(round(float(value), 2))


def _value(node: ast.expr) -> Decimal:
    match node:
        case ast.Constant(value=int() | float() as number):
            return Decimal(str(number))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return _BINARY[type(op)](_value(left), _value(right))
        case _:
            raise ValueError("not arithmetic")
