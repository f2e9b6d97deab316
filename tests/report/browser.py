"""Headless Chromium over its DevTools protocol: real clicks and keys on a page from a file, and pictures of it.

No driver is installed for it: the protocol is JSON over a websocket, and `websockets` is among the pinned packages.
"""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

from websockets.sync.client import connect

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync --hide-scrollbars --remote-debugging-port=0"
).split()
# Keys by name: code and virtual key code.
KEYS = {"Enter": 13, "ArrowUp": 38, "ArrowDown": 40, "Tab": 9, "Escape": 27, "Backspace": 8}

# Text against what it stands on, by the formula of WCAG 2.1; 4.5 is its level AA.
CONTRAST = """[...document.querySelectorAll('main *, header *')].filter(e => e.checkVisibility() && !e.closest('svg') &&
  [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())).map(e => {
    const read = c => c.match(/[\\d.]+/g).map(Number);
    const light = c => read(c).slice(0, 3).map(v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
      .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
    let on = e; while (on && (read(getComputedStyle(on).backgroundColor)[3] ?? 1) === 0) on = on.parentElement;
    const [a, b] = [getComputedStyle(e).color, getComputedStyle(on || document.body).backgroundColor].map(light).sort();
    return [(Math.max(a, b) + .05) / (Math.min(a, b) + .05), e.outerHTML.slice(0, 80)];
  }).filter(([ratio]) => ratio < 4.5)"""


def chromium() -> str:
    """The browser's program, or an empty string."""
    return next((found for name in NAMES if (found := shutil.which(name))), "")


class Browser:
    """One page. What goes wrong in it is kept: `errors` (of the console), `requests` (all that it asked for)."""

    def __init__(self, profile: Path) -> None:
        self.errors: list[str] = []
        self.requests: list[str] = []
        self._count = 0
        self._process = subprocess.Popen(
            [chromium(), *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        port, path = self._address(profile / "DevToolsActivePort")
        self._socket = connect(f"ws://127.0.0.1:{port}{path}", max_size=None, proxy=None)
        targets = self._send("Target.getTargets")["targetInfos"]
        target = next(target["targetId"] for target in targets if target["type"] == "page")
        self._session = self._send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self._send(f"{domain}.enable")

    _session = ""

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *error) -> None:
        self._socket.close()
        self._process.terminate()
        self._process.wait(20)

    def open(self, page: Path, hash: str = "") -> None:
        """Load a file, afresh."""
        self._send("Page.navigate", url="about:blank")
        self._send("Page.navigate", url=page.resolve().as_uri() + hash)
        self.wait("document.readyState === 'complete' && location.protocol === 'file:'")

    def visit(self, url: str) -> None:
        """Load a page of a server, afresh; it may copy to the clipboard."""
        self._send("Page.navigate", url="about:blank")
        self._send("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
        self._send("Page.navigate", url=url)
        self.wait("document.readyState === 'complete' && location.protocol === 'http:'")

    def value(self, expression: str) -> Any:
        """What a JavaScript expression gives."""
        got = self._send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in got, got["exceptionDetails"]
        return got["result"].get("value")

    def wait(self, expression: str, seconds: float = 20) -> None:
        """Until an expression is true."""
        end = time.monotonic() + seconds
        while not self.value(f"!!({expression})"):
            assert time.monotonic() < end, f"never true: {expression}"
            time.sleep(0.02)

    def texts(self, selector: str) -> list[str]:
        """The texts of all elements that a selector finds and that are shown."""
        shown = f"[...document.querySelectorAll({json.dumps(selector)})].filter(e => e.checkVisibility())"
        return self.value(f"{shown}.map(e => e.innerText.trim())")

    def click(self, selector: str) -> None:
        """The left button in the middle of the first element."""
        found = json.dumps(selector)
        x, y = self.value(
            f"(() => {{ const e = document.querySelector({found}); e.scrollIntoView({{block: 'center'}});"
            " const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self._send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def key(self, name: str) -> None:
        """One key, down and up; a key of KEYS or a character."""
        code = {"windowsVirtualKeyCode": KEYS[name], "key": name, "code": name} if name in KEYS else {"key": name}
        text = {"Enter": "\r"}.get(name, "" if name in KEYS else name)
        self._send("Input.dispatchKeyEvent", type="keyDown", text=text, **code)
        self._send("Input.dispatchKeyEvent", type="keyUp", **code)

    def type(self, text: str) -> None:
        """Key after key into what has the focus."""
        for character in text:
            self.key(character)

    def choose(self, selector: str, start: str) -> None:
        """The option of a select that starts so, by the keyboard alone."""
        self.value(f"document.querySelector({json.dumps(selector)}).focus()")
        time.sleep(1.1)  # what was typed before no longer counts
        self.type(start)

    def window(self, width: int, height: int = 900, dark: bool = False, media: str = "screen") -> None:
        """The size of the page, by day or night, on screen or paper."""
        self._send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._send("Emulation.setEmulatedMedia", media=media, features=[scheme])

    def screenshot(self, path: Path, whole: bool = False) -> Path:
        """A picture of what is seen, or of the whole page."""
        got = self._send("Page.captureScreenshot", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(got["data"]))
        return path

    def _send(self, method: str, **arguments) -> dict:
        self._count += 1
        message = {"id": self._count, "method": method, "params": arguments}
        if self._session:
            message["sessionId"] = self._session
        self._socket.send(json.dumps(message))
        while True:
            got = json.loads(self._socket.recv(60))
            self._keep(got.get("method", ""), got.get("params", {}))
            if got.get("id") == self._count:
                assert "error" not in got, (method, got["error"])
                return got["result"]

    def _keep(self, event: str, what: dict) -> None:
        if event == "Runtime.exceptionThrown":
            self.errors.append(str(what["exceptionDetails"].get("exception", what)))
        elif event == "Runtime.consoleAPICalled" and what["type"] in ("error", "warning", "assert"):
            self.errors.append(str(what["args"]))
        elif event == "Log.entryAdded" and what["entry"]["level"] in ("error", "warning"):
            self.errors.append(what["entry"]["text"])
        elif event == "Network.requestWillBeSent":
            self.requests.append(what["request"]["url"])

    def _address(self, path: Path) -> tuple[str, str]:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            lines = path.read_text(encoding="utf-8").split() if path.exists() else []
            if len(lines) == 2:
                return lines[0], lines[1]
            assert self._process.poll() is None, "Chromium ended at once"
            time.sleep(0.05)
        raise AssertionError("Chromium does not listen")
