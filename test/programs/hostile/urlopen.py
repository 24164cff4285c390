# expect: exception
# Fetches a page.
import urllib.request

def add(a, b):
    return len(urllib.request.urlopen("http://example.com/", timeout=2).read())
