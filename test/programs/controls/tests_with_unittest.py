# The tests are a TestCase that the tests run themselves.
class Calculator:
    def add(self, a, b):
        return a + b

    def divide(self, a, b):
        if b == 0:
            raise ValueError("no division by zero")
        return a / b
# tests:
import unittest

class CalculatorTest(unittest.TestCase):
    def setUp(self):
        self.calculator = Calculator()

    def test_add(self):
        self.assertEqual(self.calculator.add(1, 2), 3)
        self.assertIsInstance(self.calculator, Calculator)

    def test_divide(self):
        self.assertAlmostEqual(self.calculator.divide(1, 3), 0.333333333)
        with self.assertRaises(ValueError) as caught:
            self.calculator.divide(1, 0)
        self.assertEqual(str(caught.exception), "no division by zero")
        self.assertRaisesRegex(ValueError, "no division", self.calculator.divide, 1, 0)

    def test_lists(self):
        self.assertListEqual([self.calculator.add(i, i) for i in range(3)], [0, 2, 4])
        self.assertTrue(callable(self.calculator.add))

result = unittest.TextTestRunner(verbosity=0).run(unittest.defaultTestLoader.loadTestsFromTestCase(CalculatorTest))
assert result.wasSuccessful() and result.testsRun == 3
