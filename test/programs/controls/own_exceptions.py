# Own exceptions with arguments and attributes, caught by class or by parent.
class ShopError(ValueError):
    def __init__(self, item, price):
        super().__init__(item, price)
        self.price = price

class SoldOut(ShopError):
    pass

def buy(item):
    if item == "gold":
        raise SoldOut(item, 10)
    if item == "none":
        raise KeyError(item)
    return item
# tests:
try:
    buy("gold")
except SoldOut as error:
    assert error.args == ("gold", 10) and error.price == 10 and isinstance(error, ValueError)
else:
    assert False
try:
    buy("gold")
except ValueError:
    pass
try:
    buy("none")
except KeyError as error:
    assert str(error) == "'none'"
assert buy("milk") == "milk"
