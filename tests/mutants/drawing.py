"""Mutants of a module: each changes one thing that the code means, found in its syntax tree.

What changes no run is left out: annotations, docstrings, decorators, names of `__all__`,
`__repr__`, texts, and the lines that only type checkers read.
"""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = ["Mutant", "block_heads", "mutants_of"]

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_OTHER_END = {"min": "max", "max": "min", "any": "all", "all": "any"}
_SILENT = {"__repr__", "__all__", "__slots__"}
_CAST = "cast"


@dataclass(frozen=True, slots=True)
class _Change:
    """*node* in the place of what *owner* has there."""

    kind: str
    owner: ast.AST
    field: str
    index: int | None
    node: ast.AST
    line: int

    def put(self, node: ast.AST) -> ast.AST:
        """Put *node* there and return what was there."""
        if self.index is None:
            there: ast.AST = getattr(self.owner, self.field)
            setattr(self.owner, self.field, node)
            return there
        nodes: list[ast.AST] = getattr(self.owner, self.field)
        there, nodes[self.index] = nodes[self.index], node
        return there


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one module."""

    path: str
    """Of the module, below the root of the project."""
    block: str
    """The block of code that it is in, as `block_heads` names it; empty for what runs at import."""
    tree: ast.Module
    change: _Change

    @property
    def name(self) -> str:
        """Where and what it is, in a line."""
        before = self.change.put(self.change.node)
        self.change.put(before)
        place = f"{self.path}:{self.change.line}"
        return f"{place} {self.change.kind}: {_short(before)} => {_short(self.change.node)}"

    @property
    def source(self) -> str:
        """The whole module, changed."""
        before = self.change.put(self.change.node)
        try:
            return ast.unparse(self.tree) + "\n"
        finally:
            self.change.put(before)


def mutants_of(path: Path, root: Path) -> list[Mutant]:
    """Return all mutants of the module at *path*, in the order of its lines."""
    tree = ast.parse(path.read_text("utf-8"))
    below = path.relative_to(root).as_posix()
    return [Mutant(below, block, tree, change) for block, change in _changes(tree)]


def block_heads(tree: ast.Module) -> Iterator[tuple[str, list[ast.stmt]]]:
    """Yield each list of statements that runs as one, innermost last, with a name for it.

    The name is that of the function and the number of the block in it; it stays the same as long
    as the function does. What runs at import has the empty name.
    """
    for name, function in _functions(tree, ""):
        for number, body in enumerate(_bodies(function)):
            yield f"{name}#{number}", body


def _functions(
    owner: ast.AST, above: str
) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for child in ast.iter_child_nodes(owner):
        name = above
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = f"{above}.{child.name}" if above else child.name
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield name, child
        yield from _functions(child, name)


def _bodies(owner: ast.AST) -> Iterator[list[ast.stmt]]:
    """Yield the lists of statements of *owner*, without those of functions and classes in it."""
    for field in ("body", "orelse", "finalbody"):
        body = getattr(owner, field, None)
        if isinstance(body, list) and body:
            yield body
    for child in ast.iter_child_nodes(owner):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from _bodies(child)


def _short(node: ast.AST) -> str:
    """Return the first line of what *node* says."""
    first, _, rest = ast.unparse(node).partition("\n")
    return f"{first} …" if rest else first


def _changes(tree: ast.Module) -> Iterator[tuple[str, _Change]]:
    """Yield each change of *tree* and the block that it is in."""
    heads = {id(body): name for name, body in block_heads(tree)}
    yield from _walk(tree, "", heads, None)


def _walk(
    node: ast.AST, block: str, heads: dict[int, str], function: ast.FunctionDef | None
) -> Iterator[tuple[str, _Change]]:
    if isinstance(node, ast.FunctionDef):
        function = node
    for field, value in ast.iter_fields(node):
        if field in _left_out(node):
            continue
        children: Sequence[object] = value if isinstance(value, list) else [value]
        inner = heads.get(id(value), block)
        for index, child in enumerate(children):
            if not isinstance(child, ast.AST) or _changes_no_run(child):
                continue
            place = index if isinstance(value, list) else None
            for kind, other in _others(child, function):
                line = getattr(child, "lineno", 0)
                yield inner, _Change(kind, node, field, place, other, line)
            yield from _walk(child, inner, heads, function)


def _left_out(node: ast.AST) -> Sequence[str]:
    """Say which fields of *node* no mutant changes."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return ("returns", "decorator_list", "type_params")
    if isinstance(node, ast.ClassDef):
        return ("decorator_list", "keywords", "type_params")
    return ("annotation",)


def _changes_no_run(node: ast.AST) -> bool:
    """Say whether *node* is for readers and type checkers alone."""
    if isinstance(node, ast.If):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.FunctionDef):
        bare = all(isinstance(each, ast.Expr) for each in node.body) and len(node.body) <= 2
        return node.name in _SILENT or (bare and all(_changes_no_run(each) for each in node.body))
    if isinstance(node, ast.Assign):
        return any(isinstance(each, ast.Name) and each.id in _SILENT for each in node.targets)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id == _CAST
    return isinstance(node, ast.JoinedStr | ast.Import | ast.ImportFrom | ast.AnnAssign) and (
        not isinstance(node, ast.AnnAssign) or node.value is None
    )


def _others(node: ast.AST, function: ast.FunctionDef | None) -> Iterator[tuple[str, ast.AST]]:
    """Yield what might stand in the place of *node*, with the kind of each."""
    if isinstance(node, ast.stmt):
        yield from _other_statements(node, function)
    elif isinstance(node, ast.Compare):
        for index, operator in enumerate(node.ops):
            other = copy.deepcopy(node)
            other.ops[index] = _COMPARISONS[type(operator)]()
            yield "comparison", other
    elif isinstance(node, ast.BoolOp):
        yield (
            "and/or",
            ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values),
        )
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not", node.operand
    elif isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        yield "arithmetic", ast.BinOp(node.left, _ARITHMETIC[type(node.op)](), node.right)
    elif isinstance(node, ast.Constant):
        yield from _other_constants(node)
    elif isinstance(node, ast.Name) and node.id in _OTHER_END:
        yield "other end", ast.Name(_OTHER_END[node.id], ast.Load())


def _other_constants(node: ast.Constant) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node.value, bool):
        yield "constant", ast.Constant(not node.value)
    elif isinstance(node.value, int):
        yield "constant", ast.Constant(node.value + 1)
        if node.value > 0:
            yield "constant", ast.Constant(node.value - 1)


def _other_statements(
    node: ast.stmt, function: ast.FunctionDef | None
) -> Iterator[tuple[str, ast.AST]]:
    nothing = ast.Pass()
    if isinstance(node, ast.Raise | ast.AugAssign | ast.Continue | ast.Break):
        yield "removed", nothing
    elif isinstance(node, ast.Expr):
        if not _yields(node.value):
            yield "removed", nothing
    elif isinstance(node, ast.Assign):
        if not any(isinstance(each, ast.Name | ast.Tuple) for each in node.targets):
            yield "removed", nothing
    elif isinstance(node, ast.If):
        # Of a raise alone the removal is drawn already.
        if not node.orelse and isinstance(node.body[-1], ast.Return | ast.Continue | ast.Break):
            yield "guard", nothing
    elif isinstance(node, ast.Return) and node.value is not None and function is not None:
        for value in _other_returns(node.value, function):
            yield "return", ast.Return(value)


def _yields(node: ast.expr) -> bool:
    """Say whether a function would be no generator without *node*, or is told of by it."""
    return isinstance(node, ast.Yield | ast.YieldFrom | ast.Constant)


def _other_returns(value: ast.expr, function: ast.FunctionDef) -> Iterator[ast.expr]:
    """Yield other answers of *function*, of the type that it says."""
    says = ast.unparse(function.returns) if function.returns is not None else ""
    answers: list[ast.expr] = []
    if says == "bool":
        answers = [ast.Constant(value=True), ast.Constant(value=False)]
    elif says.startswith("tuple[") and says.endswith(", ...]"):
        answers = [ast.Tuple([], ast.Load())]
    elif says.startswith("list["):
        answers = [ast.List([], ast.Load())]
    elif "None" in says:
        answers = [ast.Constant(value=None)]
    elif says == "int":
        answers = [ast.Constant(0)]
    said = ast.unparse(value)
    yield from (each for each in answers if ast.unparse(each) != said)
