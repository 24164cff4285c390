# judge: {"kind": "returned_value", "expression": "Account(10).deposit(5).balance + len(Account(1).history)", "expected": "16"}
class Account:
    def __init__(self, balance):
        self.balance = balance
        self.history = [balance]

    def deposit(self, amount):
        self.balance += amount
        self.history.append(amount)
        return self
