# SPDX-License-Identifier: MIT
"""A headless Chromium, driven over its debugging pipe (Chrome DevTools Protocol).

    with Browser(folder) as browser:
        page = browser.open(address)
        page.until("document.body.dataset.state === 'live'")
        page.click(300, 200)
"""

import base64
import json
import os
import subprocess
import time

from guest import LIMIT, Failed, Patience

OPTIONS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
           "--disable-sync", "--disable-background-networking", "--disable-component-update",
           "--disable-default-apps", "--hide-scrollbars", "--remote-debugging-pipe"]


class Browser:
    """Uses an empty profile in a folder that is given."""

    def __init__(self, folder, *options, width=1400, height=960):
        to_browser, self._out = os.pipe()
        self._in, from_browser = os.pipe()
        # the pipe is expected at file descriptors 3 and 4
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "bash", "-c",
             f'exec "$@" 3<&{to_browser} 4>&{from_browser}', "bash", "chromium", *OPTIONS, *options,
             f"--user-data-dir={folder}/profile", f"--window-size={width},{height}"],
            pass_fds=[to_browser, from_browser], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        os.close(to_browser)
        os.close(from_browser)
        self._rest, self._number = b"", 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.call("Browser.close")
            self.process.wait(20)
        except (Failed, OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        os.close(self._in)
        os.close(self._out)

    def _message(self):
        while b"\0" not in self._rest:
            data = os.read(self._in, 1 << 20)
            if not data:
                raise Failed("chromium ended")
            self._rest += data
        message, self._rest = self._rest.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, session=None, **params):
        """A command of the protocol; returns its result.  Events are passed over."""
        self._number += 1
        command = {"id": self._number, "method": method, "params": params}
        if session:
            command["sessionId"] = session
        os.write(self._out, json.dumps(command).encode() + b"\0")
        while True:
            answer = self._message()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise Failed(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def open(self, address):
        target = self.call("Target.createTarget", url=address)["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        return Page(self, attached["sessionId"])


class Page:
    """A tab."""

    def __init__(self, browser, session):
        self.browser, self.session = browser, session

    def call(self, method, **params):
        return self.browser.call(method, self.session, **params)

    def value(self, expression):
        """Of an expression in JavaScript, which may be a promise."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True,
                           awaitPromise=True)
        if "exceptionDetails" in answer:
            raise Failed(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def until(self, expression, limit=LIMIT):
        patience = Patience(limit)
        while not patience.over():
            try:
                value = self.value(expression)
            except Failed:                      # between two documents there is none to ask
                value = None
            if value:
                return value
            time.sleep(0.05)
        raise Failed(f"{expression} did not come true; the page says:"
                     f" {self.value('document.body.innerText')!r}")

    def centre(self, selector):
        """Where the middle of an element is on the page."""
        return self.value(f"(r => [r.x + r.width / 2, r.y + r.height / 2])"
                          f"(document.querySelector({selector!r}).getBoundingClientRect())")

    def mouse(self, kind, x, y, button="none", **more):
        """kind: Moved, Pressed, Released, Wheel."""
        self.call("Input.dispatchMouseEvent", type=f"mouse{kind}", x=x, y=y, button=button, **more)

    def press(self, x, y):
        self.mouse("Pressed", x, y, "left", buttons=1, clickCount=1)

    def release(self, x, y):
        self.mouse("Released", x, y, "left", clickCount=1)

    def click(self, selector):
        x, y = self.centre(selector)
        self.mouse("Moved", x, y)
        self.press(x, y)
        self.release(x, y)

    def key(self, code, key, number):
        """A key goes down and up; number is what keyCode has in the browser."""
        for kind in "rawKeyDown", "keyUp":
            self.call("Input.dispatchKeyEvent", type=kind, code=code, key=key,
                      windowsVirtualKeyCode=number)

    def picture(self, path):
        """A PNG of the page."""
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.call("Page.captureScreenshot")["data"]))
