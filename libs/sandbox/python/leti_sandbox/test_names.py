"""Which names of the solution the tests read, and which of them are standard modules the judge has itself."""
import ast
import builtins
import importlib
import re

import _symtable as table

MODULES = frozenset(
    "array bisect calendar cmath collections collections.abc copy dataclasses datetime decimal enum fractions functools "
    "hashlib heapq itertools json math numbers operator queue random re statistics string struct sys textwrap time typing "
    "unicodedata uuid zlib".split()
)
"""Standard modules that a test may read through the solution's import; the judge binds its own."""

_BUILTINS = frozenset(dir(builtins))
_GLOBAL = (table.GLOBAL_EXPLICIT, table.GLOBAL_IMPLICIT)


def _scan(text):
    """``(bound, read)``: global names that ``text`` binds and global names that it reads, nested scopes included."""
    top = table.symtable(text, "<string>", "exec")
    bound = {name for name, flags in top.symbols.items() if flags & (table.DEF_LOCAL | table.DEF_IMPORT)}
    read = {name for name, flags in top.symbols.items() if flags & table.USE}
    scopes = list(top.children)
    while scopes:
        scope = scopes.pop()
        for name, flags in scope.symbols.items():
            if flags & table.USE and flags >> table.SCOPE_OFF & table.SCOPE_MASK in _GLOBAL:
                read.add(name)
        scopes.extend(scope.children)
    return bound, read


def needed_names(texts):
    """Names that the texts of set-up and tests read and neither define nor import, built-ins and dunders aside, sorted.

    A solution may be called like a built-in (MBPP has ``sum``). Its name is taken from the solution only where that cannot
    replace anything the tests rely on: they read no other name of the solution, and all read exactly this one built-in.
    """
    bound, read, shared = set(), set(), None
    for text in texts:
        binds, names = _scan(text)
        bound |= binds
        read |= names
        if names:
            shared = names if shared is None else shared & names
    free = {name for name in read - bound if not name.startswith("__")}
    needed = free - _BUILTINS
    if not needed and len(free) == 1 and free == shared:
        needed = free
    return sorted(needed)


def read_as_modules(texts, names):
    """Of ``names``, those of standard modules that the tests read parts of and never call.

    The judge binds its own module for them even where the solution does not import but define the name: what stands for ``math``
    in a test is told the expected values.
    """
    text = "\n".join(texts)
    return frozenset(name for name in names if name in MODULES and _reads_as_module(text, name))


def _reads_as_module(text, name):
    parts = re.findall(r"\b%s\s*\.\s*(\w+)" % re.escape(name), text)
    if not parts or re.search(r"\b%s\s*\(" % re.escape(name), text):
        return False
    module = importlib.import_module(name)
    # An object of the solution may be called like a module: then the tests read what no such module has.
    return any(hasattr(module, part) for part in parts)


def imported_modules(source, names):
    """Of ``names``, those that one import statement of the solution binds, and nothing else there, to a whitelisted standard module
    or a part of one.

    Returns name to (module, attribute or None). The text is parsed only where it could matter.
    """
    if "import" not in source:
        return {}
    names = [name for name in names if re.search(r"\bimport\b(?:[^\n(]*|\s*\([^)]*)\b%s\b" % re.escape(name), source)]
    if not names:
        return {}
    found, bound = {}, []
    for node in _outer_statements(ast.parse(source)):
        if not isinstance(node, (ast.Import, ast.ImportFrom)):
            bound.extend(_bound_by(node))
            continue
        for alias in node.names:
            if isinstance(node, ast.ImportFrom):
                name, module, part = alias.asname or alias.name, "." * node.level + (node.module or ""), alias.name
            else:
                name = alias.asname or alias.name.split(".")[0]
                module, part = alias.name if alias.asname else name, None
            if found.setdefault(name, (module, part)) != (module, part):
                bound.append(name)
    if "*" in found:
        return {}
    return {name: found[name] for name in names if name in found and name not in bound and found[name][0] in MODULES}


def _bound_by(node):
    """Names of the module's scope that ``node`` itself, without the nodes in it, may bind; imports aside."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [node.name, *(name for part in ast.walk(node) if isinstance(part, ast.Global) for name in part.names)]
    if isinstance(node, ast.Name):
        return [] if isinstance(node.ctx, ast.Load) else [node.id]
    return [name for name in (getattr(node, "name", None), getattr(node, "rest", None)) if type(name) is str]


def _outer_statements(node):
    """Nodes of the module's own scope, those inside ``if``, ``try``, ``with`` and loops included; not those inside functions."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            yield from _outer_statements(child)
