"""Small changes to a module's source, one at a time: what a mutation run tries."""

import ast
import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
SIGNS: dict[type[ast.operator], ast.operator] = {
    ast.Add: ast.Sub(),
    ast.Sub: ast.Add(),
    ast.Mult: ast.Div(),
    ast.Div: ast.Mult(),
    ast.FloorDiv: ast.Mult(),
    ast.BitOr: ast.BitAnd(),
    ast.BitAnd: ast.BitOr(),
}
CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}
NAME = re.compile(r"[a-z][a-z0-9_]*")
"""Strings that mean something to the code. Sentences are for people: they are not changed."""
TEXTS = (ast.JoinedStr, ast.Constant)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A statement of the module's top level with one change in it."""

    line: int
    lines: range
    """Those of the smallest statement with the change, none outside functions: a test that runs
    none of them cannot notice it."""
    change: str
    statement: ast.stmt


def mutants(source: str) -> Iterator[Mutant]:
    """Yield each change of `source`, from top to bottom."""
    for top in ast.parse(source).body:
        if isinstance(top, (ast.Import, ast.ImportFrom)):
            continue
        for path, node, statement in _nodes(top, (), top):
            for old, new in _changes(node):
                changed = _with(top, path, new)
                try:
                    compile(ast.Module([changed], []), "mutant", "exec")
                except (SyntaxError, TypeError, ValueError):
                    continue
                yield Mutant(
                    line=getattr(node, "lineno", statement.lineno),
                    lines=_lines(statement) if _is_in_function(top, path) else range(0),
                    change=f"{old}  ->  {_short(new)}",
                    statement=changed,
                )


Path = tuple[tuple[str, int | None], ...]


def _nodes(
    node: ast.AST, path: Path, statement: ast.stmt
) -> Iterator[tuple[Path, ast.AST, ast.stmt]]:
    """Yield what may be changed: neither annotations nor docstrings, decorators and type names."""
    if isinstance(node, ast.stmt):
        statement = node
    if _is_text(node):
        return
    yield path, node, statement
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list", "keys", "bases"):
            continue
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Literal":
            continue
        for number, each in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(each, ast.AST):
                yield from _nodes(each, (*path, (field, number)), statement)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )


def _changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Yield (what stands there, what is put there instead)."""
    old = _short(node)
    match node:
        case ast.Compare(ops=[op]):
            for kind in COMPARISONS[type(op)]:
                yield old, ast.Compare(node.left, [kind()], node.comparators)
        case ast.Compare(ops=ops):
            for number, op in enumerate(ops):
                for kind in COMPARISONS[type(op)]:
                    changed = [*ops[:number], kind(), *ops[number + 1 :]]
                    yield old, ast.Compare(node.left, changed, node.comparators)
        case ast.BoolOp(op=op, values=values):
            for number in range(len(values)):
                rest = [*values[:number], *values[number + 1 :]]
                yield old, rest[0] if len(rest) == 1 else ast.BoolOp(op, rest)
        case ast.UnaryOp(op=ast.Not()):
            yield old, node.operand
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            if isinstance(test, (ast.Name, ast.Attribute, ast.Call, ast.Subscript)):
                turned = copy.copy(node)
                turned.test = ast.UnaryOp(ast.Not(), test)
                yield f"if {_short(test)}", turned
        case ast.comprehension(ifs=ifs) if ifs:
            for number in range(len(ifs)):
                fewer = copy.copy(node)
                fewer.ifs = [*ifs[:number], *ifs[number + 1 :]]
                yield f"for ... if {_short(ifs[number])}", fewer
        case ast.Constant(value=bool() as value):
            yield old, ast.Constant(not value)
        case ast.Constant(value=int() as value):
            yield from ((old, ast.Constant(value + step)) for step in (1, -1))
        case ast.Constant(value=float() as value):
            yield from ((old, ast.Constant(round(value + step, 3))) for step in (0.1, -0.1))
        case ast.Constant(value=str() as value) if NAME.fullmatch(value):
            yield old, ast.Constant("mutant")
        case ast.BinOp(op=op) if type(op) in SIGNS:
            if not isinstance(node.left, TEXTS) or not isinstance(node.right, TEXTS):
                yield old, ast.BinOp(node.left, SIGNS[type(op)], node.right)
        case ast.Return(value=ast.expr() as value):
            if not isinstance(value, ast.Constant) or value.value is not None:
                yield old, ast.Return(ast.Constant(None))
        case ast.Call(func=func):
            if isinstance(func, ast.Name) and func.id in CALLS:
                yield old, ast.Call(ast.Name(CALLS[func.id], ast.Load()), node.args, node.keywords)
            for number, keyword in enumerate(node.keywords):
                fewer_named = [*node.keywords[:number], *node.keywords[number + 1 :]]
                yield f"{_short(func)}({_short(keyword)})", ast.Call(func, node.args, fewer_named)
        case (
            ast.Expr() | ast.AugAssign() | ast.Continue() | ast.Break() | ast.Raise() | ast.Delete()
        ):
            yield old, ast.Pass()


def _with(top: ast.stmt, path: Path, new: ast.AST) -> ast.stmt:
    """Return a copy of `top` in which `new` stands at `path`."""
    if not path:
        changed = new
    else:
        changed = copy.deepcopy(top)
        place: ast.AST = changed
        for field, number in path[:-1]:
            value = getattr(place, field)
            place = value if number is None else value[number]
        field, number = path[-1]
        if number is None:
            setattr(place, field, new)
        else:
            getattr(place, field)[number] = new
    ast.copy_location(changed, top)
    if not isinstance(changed, ast.stmt):
        raise TypeError(changed)
    return ast.fix_missing_locations(changed)


def _lines(statement: ast.stmt) -> range:
    """Return the lines of a statement, without the statements inside it."""
    inner: list[ast.stmt] = getattr(statement, "body", [])
    last = statement.end_lineno or statement.lineno
    if inner and not isinstance(statement, ast.FunctionDef):
        last = max(statement.lineno, inner[0].lineno - 1)
    return range(statement.lineno, last + 1)


def _is_in_function(top: ast.stmt, path: Path) -> bool:
    place: ast.AST = top
    for field, number in path:
        if isinstance(place, ast.FunctionDef):
            return True
        value = getattr(place, field)
        place = value if number is None else value[number]
    return False


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 90 else f"{text[:87]}..."
