# Descriptors, properties with setters, class properties through a metaclass, __set_name__.
class Positive:
    def __set_name__(self, owner, name):
        self.name = "_" + name

    def __get__(self, instance, owner):
        return self if instance is None else getattr(instance, self.name, 0)

    def __set__(self, instance, value):
        if value < 0:
            raise ValueError("%s must not be negative" % self.name[1:])
        setattr(instance, self.name, value)

class Account:
    balance = Positive()

    def __init__(self, balance):
        self.balance = balance

class Temperature:
    def __init__(self, celsius):
        self._celsius = celsius

    @property
    def fahrenheit(self):
        """In Fahrenheit."""
        return self._celsius * 9 / 5 + 32

    @fahrenheit.setter
    def fahrenheit(self, value):
        self._celsius = (value - 32) * 5 / 9

    @fahrenheit.deleter
    def fahrenheit(self):
        self._celsius = None

class Lazy:
    def __init__(self, function):
        self.function = function

    def __get__(self, instance, owner):
        value = instance.__dict__[self.function.__name__] = self.function(instance)
        return value

class Report:
    made = 0

    @Lazy
    def total(self):
        Report.made += 1
        return 42

class Meta(type):
    @property
    def loud(cls):
        return cls.__name__.upper()

    def __call__(cls, *args):
        made = super().__call__(*args)
        made.tagged = True
        return made

class Tagged(metaclass=Meta):
    pass
# tests:
a = Account(5)
assert a.balance == 5 and isinstance(Account.balance, Positive)
try:
    a.balance = -1
    assert False
except ValueError as error:
    assert str(error) == "balance must not be negative"
a.balance += 2
assert a.balance == 7
t = Temperature(100)
assert t.fahrenheit == 212
t.fahrenheit = 32
assert t._celsius == 0
del t.fahrenheit
assert t._celsius is None and Temperature.fahrenheit.__doc__ == "In Fahrenheit."
r = Report()
assert r.total == 42 and r.total == 42 and Report.made == 1 and r.__dict__ == {"total": 42}
assert Tagged.loud == "TAGGED" and Tagged().tagged
