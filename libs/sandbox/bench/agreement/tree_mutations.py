"""Slips in a program's syntax tree: wrong operators, bounds, names, types, ends. Each function changes one place that ``rng`` picks.

A mutation takes ``(tree, rng)``, changes the tree in place and returns whether it found a place.
"""
import ast

from trees import blocks, functions, nodes, parameters, statement

_OPERATORS = [ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.BitAnd, ast.BitOr, ast.BitXor]
_COMPARISONS = [ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq, ast.In, ast.Is]
_ATTRIBUTES = {"append": "add", "add": "append", "sort": "sorted", "split": "splits", "items": "iteritems", "keys": "key",
               "lower": "lowercase", "upper": "uppercase", "join": "joins", "extend": "append", "sqrt": "squareroot"}


def _other(rng, kinds, node):
    return rng.choice([kind for kind in kinds if not isinstance(node, kind)])()


def operator(tree, rng):
    node = rng.pick(nodes(tree, (ast.BinOp, ast.AugAssign)))
    if node is not None:
        node.op = _other(rng, _OPERATORS, node.op)
    return node is not None


def comparison(tree, rng):
    node = rng.pick(nodes(tree, ast.Compare))
    if node is not None:
        node.ops[0] = _other(rng, _COMPARISONS, node.ops[0])
    return node is not None


def boolean_operator(tree, rng):
    node = rng.pick(nodes(tree, ast.BoolOp))
    if node is not None:
        node.op = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
    return node is not None


def negated_condition(tree, rng):
    node = rng.pick(nodes(tree, (ast.If, ast.While, ast.IfExp)))
    if node is not None:
        node.test = ast.UnaryOp(ast.Not(), node.test)
    return node is not None


def dropped_sign(tree, rng):
    node = rng.pick(nodes(tree, ast.UnaryOp))
    if node is not None:
        node.op = ast.UAdd() if isinstance(node.op, (ast.USub, ast.Not)) else ast.USub()
    return node is not None


def number(tree, rng):
    node = rng.pick(nodes(tree, ast.Constant, lambda each: type(each.value) in (int, float)))
    if node is not None:
        node.value = rng.choice([node.value + 1, node.value - 1, node.value * 2, node.value + 0.5, 0, 10**20])
    return node is not None


def text(tree, rng):
    node = rng.pick(nodes(tree, ast.Constant, lambda each: type(each.value) is str))
    if node is not None:
        node.value = rng.choice([node.value[:-1], node.value + " ", node.value.upper(), "", node.value[::-1]])
    return node is not None


def constant_of_another_type(tree, rng):
    node = rng.pick(nodes(tree, ast.Constant, lambda each: type(each.value) in (int, float, str, bool)))
    if node is not None:
        node.value = rng.choice([None, str(node.value), True, 1.5, b"bytes", ...])
    return node is not None


def range_bound(tree, rng):
    node = rng.pick(nodes(tree, ast.Call, lambda each: getattr(each.func, "id", "") == "range" and each.args))
    if node is not None:
        place = rng.randrange(len(node.args))
        node.args[place] = ast.BinOp(node.args[place], rng.choice([ast.Add(), ast.Sub()]), ast.Constant(1))
    return node is not None


def subscript(tree, rng):
    node = rng.pick(nodes(tree, ast.Subscript, lambda each: not isinstance(each.slice, ast.Slice)))
    if node is not None:
        node.slice = ast.BinOp(node.slice, rng.choice([ast.Add(), ast.Sub()]), ast.Constant(1))
    return node is not None


def swapped_arguments(tree, rng):
    node = rng.pick(nodes(tree, ast.Call, lambda each: len(each.args) > 1))
    if node is not None:
        node.args[0], node.args[1] = node.args[1], node.args[0]
    return node is not None


def swapped_operands(tree, rng):
    node = rng.pick(nodes(tree, ast.BinOp))
    if node is not None:
        node.left, node.right = node.right, node.left
    return node is not None


def number_of_arguments(tree, rng):
    node = rng.pick(nodes(tree, ast.Call))
    if node is not None:
        if node.args and rng.random() < 0.5:
            node.args.pop()
        else:
            node.args.append(ast.Constant(None))
    return node is not None


def removed_statement(tree, rng):
    block = rng.pick(blocks(tree))
    if block:
        block[rng.randrange(len(block))] = ast.Pass()
    return bool(block)


def repeated_statement(tree, rng):
    block = rng.pick(blocks(tree))
    if block:
        block.insert(0, block[rng.randrange(len(block))])
    return bool(block)


def swapped_statements(tree, rng):
    block = rng.pick([each for each in blocks(tree) if len(each) > 1])
    if block:
        place = rng.randrange(len(block) - 1)
        block[place], block[place + 1] = block[place + 1], block[place]
    return bool(block)


def moved_out_of_its_block(tree, rng):
    """The last statement of an inner block, one indentation to the left."""
    outer = rng.pick([each for each in blocks(tree) if any(getattr(line, "body", None) for line in each)])
    if not outer:
        return False
    place = rng.choice([i for i, line in enumerate(outer) if getattr(line, "body", None)])
    inner = outer[place].body
    outer.insert(place + 1, inner.pop())
    inner.extend([] if inner else [ast.Pass()])
    return True


def removed_return(tree, rng):
    found = [(block, i) for block in blocks(tree) for i, line in enumerate(block) if isinstance(line, ast.Return) and line.value]
    if not found:
        return False
    block, place = rng.choice(found)
    block[place] = ast.Expr(block[place].value)
    return True


def removed_base_case(tree, rng):
    found = [(block, i) for block in blocks(tree) for i, line in enumerate(block) if isinstance(line, ast.If)]
    if not found:
        return False
    block, place = rng.choice(found)
    block[place : place + 1] = block[place].orelse or [ast.Pass()]
    return True


def misspelt_use(tree, rng):
    node = rng.pick(nodes(tree, ast.Name, lambda each: isinstance(each.ctx, ast.Load)))
    if node is not None:
        node.id = rng.choice([node.id + "s", node.id[:-1] or "x", node.id.upper()])
    return node is not None


def confused_names(tree, rng):
    """One variable where another one of the program is meant."""
    names = sorted({each.id for each in nodes(tree, ast.Name)})
    node = rng.pick(nodes(tree, ast.Name, lambda each: isinstance(each.ctx, ast.Load)))
    if node is None or len(names) < 2:
        return False
    node.id = rng.choice([name for name in names if name != node.id])
    return True


def renamed_assignment(tree, rng):
    node = rng.pick(nodes(tree, ast.Name, lambda each: isinstance(each.ctx, ast.Store)))
    if node is not None:
        node.id += "_2"
    return node is not None


def renamed_definition(tree, rng):
    node = rng.pick(nodes(tree, (ast.FunctionDef, ast.ClassDef)))
    if node is not None:
        node.name = rng.choice([node.name + "s", node.name.title().replace("_", ""), "solution"])
    return node is not None


def renamed_attribute(tree, rng):
    node = rng.pick(nodes(tree, ast.Attribute))
    if node is not None:
        node.attr = _ATTRIBUTES.get(node.attr, node.attr + "s")
    return node is not None


def parameter_list(tree, rng):
    node = rng.pick(functions(tree))
    if node is None:
        return False
    own = node.args.args
    change = rng.choice(["add", "drop", "reverse", "rename"]) if own else "add"
    if change == "add":
        own.append(ast.arg("extra"))
        node.args.defaults = []
    elif change == "drop":
        own.pop()
        node.args.defaults = []
    elif change == "reverse" and len(own) > 1:
        own.reverse()
    else:
        own[0].arg += "_1"
    return True


def list_as_generator(tree, rng):
    node = rng.pick(nodes(tree, ast.ListComp))
    if node is not None:
        node.__class__ = ast.GeneratorExp
    return node is not None


def kind_of_augmented_assignment(tree, rng):
    found = [(block, i) for block in blocks(tree) for i, line in enumerate(block) if isinstance(line, ast.AugAssign)]
    if not found:
        return False
    block, place = rng.choice(found)
    block[place] = ast.Assign([block[place].target], block[place].value)
    return True


def removed_import(tree, rng):
    found = [(block, i) for block in blocks(tree) for i, line in enumerate(block) if isinstance(line, (ast.Import, ast.ImportFrom))]
    if not found:
        return False
    block, place = rng.choice(found)
    block[place] = ast.Pass()
    return True


def changed_parameter(tree, rng):
    """The caller's own containers change."""
    node = rng.pick([each for each in functions(tree) if parameters(each)])
    if node is None:
        return False
    name = rng.choice(parameters(node))
    change = rng.choice(["{}.sort()", "{}.clear()", "{}.append(0)", "{}.pop()", "{}.reverse()", "{} += {}", "del {}[0]", "{}[0] = None",
                         "{}.update({{0: 1}})", "{}.insert(0, {})", "{}.extend({}[:1])", "{}[0], {}[-1] = {}[-1], {}[0]"])
    node.body.insert(rng.randrange(len(node.body) + 1), statement(change.replace("{}", name).replace("{{", "{").replace("}}", "}")))
    return True
