# Dates and times with zones, folds and own classes.
from datetime import date, datetime, time, timedelta, timezone

class Day(date):
    def weekend(self):
        return self.weekday() >= 5

class Moment(datetime):
    pass

class Span(timedelta):
    @property
    def minutes(self):
        return self.total_seconds() / 60

def midnight(zone=timezone.utc):
    return datetime(2020, 1, 1, tzinfo=zone)

def east():
    return timezone(timedelta(hours=5, minutes=30), "IST")

def same(value):
    return value

def later(moment, hours):
    return moment + timedelta(hours=hours)

def day():
    return Day(2024, 6, 1)

def moment():
    return Moment(2024, 6, 1, 12)

def span():
    return Span(minutes=90)
# tests:
from datetime import date, datetime, time, timedelta, timezone
utc = timezone.utc
assert midnight() == datetime(2020, 1, 1, tzinfo=utc) and midnight().tzinfo is utc and midnight() != datetime(2020, 1, 1)
assert midnight(east()) == datetime(2019, 12, 31, 18, 30, tzinfo=utc) and east().utcoffset(None) == timedelta(hours=5.5)
assert east() == timezone(timedelta(hours=5.5)) and str(east()) == "IST" and midnight(east()).tzname() == "IST"
assert later(datetime(2020, 1, 1, tzinfo=utc), 2) == datetime(2020, 1, 1, 2, tzinfo=utc)
assert {midnight(): 1}[datetime(2020, 1, 1, tzinfo=utc)] == 1
assert same(time(1, 2, tzinfo=utc)) == time(1, 2, tzinfo=utc) and same(datetime(2020, 1, 1, fold=1)).fold == 1
assert day() == date(2024, 6, 1) and day().weekend() and day() < date(2024, 6, 2) and isinstance(day(), Day) and isinstance(day(), date)
assert date(2024, 6, 2) - day() == timedelta(days=1) and day().isoformat() == "2024-06-01" and hash(day()) == hash(date(2024, 6, 1))
assert moment() == datetime(2024, 6, 1, 12) and moment().hour == 12 and [moment()] == [datetime(2024, 6, 1, 12)]
assert span() == timedelta(hours=1.5) and span().minutes == 90.0 and span() + timedelta(0) == timedelta(minutes=90)
