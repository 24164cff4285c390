"""Finding places in syntax trees, always in the same order, so that a seed names one mutant."""
import ast
import random


class Dice(random.Random):
    """Seeded draws; ``pick`` gives None where there is nothing to pick from."""

    def pick(self, items):
        return self.choice(items) if items else None


def nodes(tree, kinds, test=lambda node: True):
    return [node for node in ast.walk(tree) if isinstance(node, kinds) and test(node)]


def blocks(tree):
    """Every list of statements, the module's own among them."""
    found = []
    for node in ast.walk(tree):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list) and block:
                found.append(block)
    return found


def functions(tree):
    return nodes(tree, ast.FunctionDef)


def parameters(function):
    return [each.arg for each in function.args.args]


def statement(text):
    """The one statement that ``text`` is."""
    return statements(text)[0]


def statements(text):
    return ast.parse(text).body


def expression(text, **parts):
    """The expression ``text`` with the trees ``parts`` in place of the names they go by."""
    class Fill(ast.NodeTransformer):
        def visit_Name(self, node):
            return parts.get(node.id, node)

    return Fill().visit(ast.parse(text, mode="eval").body)
