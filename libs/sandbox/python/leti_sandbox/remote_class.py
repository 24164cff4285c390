"""The metaclass of the judge's stand-in classes: what a test does with a candidate's class itself."""
from abc import ABCMeta

_type_getattribute = type.__getattribute__


class RemoteClass(type):
    """Instances are made, and class attributes read, by the candidate."""

    def __call__(cls, *args, **kwargs):
        return cls._leti_peer.ask("call", cls._leti_handle, args, kwargs)

    def __getattr__(cls, name):
        if name.startswith("_leti"):
            raise AttributeError(name)
        return cls._leti_peer.ask("getattr", cls._leti_handle, (name,))

    def __setattr__(cls, name, value):
        cls._leti_peer.ask("setattr", cls._leti_handle, (name, value))

    def __iter__(cls):
        return cls._leti_peer.ask("iter", cls._leti_handle)

    def __reversed__(cls):
        return cls._leti_peer.ask("reversed", cls._leti_handle)

    def __len__(cls):
        return cls._leti_peer.ask("len", cls._leti_handle)

    def __bool__(cls):
        return True

    def __getitem__(cls, key):
        return cls._leti_peer.ask("getitem", cls._leti_handle, (key,))

    def __dir__(cls):
        return cls._leti_peer.ask("dir", cls._leti_handle)

    def __subclasses__(cls):
        return RemoteClass.__getattr__(cls, "__subclasses__")()

    def __instancecheck__(cls, value):
        """Beyond what the classes say: registered and structural sub-classes, between two objects of the candidate."""
        if type.__instancecheck__(cls, value):
            return True
        return is_remote(value) and _is_own(cls) and cls._leti_peer.ask("isinstance", cls._leti_handle, (value,)) is True

    def __subclasscheck__(cls, other):
        if type.__subclasscheck__(cls, other):
            return True
        if not is_remote_class(other) or not _is_own(cls) or not _is_own(other):
            return False
        return cls._leti_peer.ask("issubclass", cls._leti_handle, (other,)) is True

    @property
    def __annotations__(cls):
        return cls._leti_peer.ask("getattr", cls._leti_handle, ("__annotations__",))


class AbstractRemoteClass(RemoteClass, ABCMeta):
    """The same for classes that extend a built-in type which is itself abstractly derived."""

    def __new__(mcs, name, bases, space):
        # The set-up of ABCMeta would set attributes, and so ask the candidate to.
        return type.__new__(mcs, name, bases, space)


def _is_own(cls):
    """Whether ``cls`` stands for a class of the candidate, and is not one that a test derived from such."""
    return "_leti_handle" in type.__dict__["__dict__"].__get__(cls)


def is_remote_class(value):
    """Whether ``value`` stands for a class of the candidate."""
    return issubclass(type(value), RemoteClass)


def is_remote(value):
    """Whether ``value`` stands for an object of the candidate that is no class."""
    return issubclass(type(type(value)), RemoteClass)


def peer_of(cls):
    return _type_getattribute(cls, "_leti_peer")


def handle_of(value):
    """The candidate's number of a stand-in object or class."""
    if is_remote_class(value):
        return _type_getattribute(value, "_leti_handle")
    return object.__getattribute__(value, "_leti_handle")
