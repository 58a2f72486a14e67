# SPDX-License-Identifier: GPL-2.0
# The time in ms by time.time() and by datetime, in s, and of the monotonic clock, five times a second.
import datetime
import time

while True:
    now = time.time()
    print(int(now * 1000), int(datetime.datetime.now().timestamp() * 1000), int(now), int(time.monotonic() * 1000))
    time.sleep(0.2)
