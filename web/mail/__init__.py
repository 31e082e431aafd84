"""Mail, worded and brought to the operator's mail server.

* `letters`      what each kind of mail says
* `rendering`    a letter in a reader's language, as text and as HTML
* `message`      the bytes that go over the wire
* `office`       the mail server
* `courier`      the worker that ties them
* `unsubscribe`  ending mails with one click
* `admin`        the log, for the operator
* `routes`       the addresses of both
"""
