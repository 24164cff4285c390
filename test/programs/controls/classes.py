# Classes, inheritance, isinstance, class attributes, class and static methods, properties.
class Animal:
    count = 0

    def __init__(self, name):
        self.name = name
        Animal.count += 1

    def speak(self):
        return "..."

    @classmethod
    def named(cls, name):
        return cls(name)

    @staticmethod
    def kingdom():
        return "animalia"

    @property
    def loud(self):
        return self.speak().upper()

class Dog(Animal):
    def speak(self):
        return "woof"

def make(kind):
    return Dog("Rex") if kind == "dog" else Animal("?")
# tests:
dog = make("dog")
assert isinstance(dog, Dog) and isinstance(dog, Animal) and not isinstance(make("x"), Dog)
assert issubclass(Dog, Animal) and type(dog) is Dog and type(dog).__name__ == "Dog"
assert dog.speak() == "woof" and dog.loud == "WOOF" and Dog.kingdom() == "animalia"
assert type(Dog.named("Fido")) is Dog and Dog.named("Fido").name == "Fido" and Animal.count == 4
dog.name = "Max"
assert dog.name == "Max" and callable(dog.speak)
del dog.name
assert not hasattr(dog, "name")
