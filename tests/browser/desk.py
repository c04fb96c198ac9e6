"""One person at one browser: sign in, open pages by their links, fill forms, read what is said."""

import re
from dataclasses import dataclass
from datetime import datetime

ARGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SUBMIT = "main form:not([data-other]) button:not([type=button])"
REFUSALS = ".stops, .form-errors, .errorlist, .message-error, [role=alert]:visible"


@dataclass
class Desk:
    who: str
    page: object
    url: str
    password: str

    def open(self, path: str) -> None:
        answer = self.page.goto(self.url + path)
        assert answer.ok, f"{self.who} opened {path} and got {answer.status}: {self.text()[:500]}"

    def fill(self, **values) -> None:
        """Text fields by name; radios and selects by value; True ticks a box."""
        for name, value in values.items():
            fields = self.page.locator(f"main [name='{name}']")
            assert fields.count(), f"{self.who} finds no field {name} on {self.page.url}"
            kind = fields.first.get_attribute("type")
            if kind == "radio":
                self.page.locator(f"main [name='{name}'][value='{value}']").check(force=True)
            elif kind == "checkbox":
                fields.first.set_checked(value, force=True)
            elif fields.first.evaluate("e => e.tagName") == "SELECT":
                fields.first.select_option(value)
            else:
                fields.first.fill(str(value))

    def choose(self, field: str, words: str) -> None:
        """The option of a list that holds these words."""
        option = self.page.locator(f"main [name='{field}'] option", has_text=words)
        self.fill(**{field: option.get_attribute("value")})

    def send(self, button: str | None = None) -> None:
        """Sends the form of the page; Enter never signs, so the button is clicked."""
        main = self.page.locator("main")
        wanted = main.get_by_role("button", name=button).first if button else None
        with self.page.expect_navigation():
            (wanted or self.page.locator(SUBMIT).last).click()

    def sign(self, button: str | None = None) -> None:
        self.page.locator("main [name='password']").fill(self.password)
        self.send(button)

    def sees(self, *words: str) -> None:
        """Fails with what the page refused, or with the page itself."""
        text = self.text()
        for wanted in words:
            assert wanted in text, (
                f"{self.who} misses {wanted!r} on {self.page.url}: {self.stops() or text[:1500]}"
            )

    def is_refused(self, words: str) -> None:
        assert words in self.stops(), (
            f"{self.who} was not refused with {words!r}: {self.stops() or self.text()[:800]}"
        )

    def stops(self) -> str:
        return plain(" | ".join(self.page.locator(REFUSALS).all_inner_texts()))

    def text(self) -> str:
        return plain(self.page.inner_text("main"))

    def facts(self) -> dict[str, str]:
        """The pairs of names and values of the page's lists."""
        pairs = "es => es.map(e => [e.innerText, e.nextElementSibling?.innerText || ''])"
        found = self.page.eval_on_selector_all("main dl dt", pairs)
        return {plain(name): plain(value) for name, value in found}

    def link(self, pattern: str) -> str:
        """The address of a link of this page; fails when nobody could click one."""
        paths = "es => es.map(e => new URL(e.getAttribute('href'), location).pathname)"
        links = self.page.eval_on_selector_all("main a[href]", paths)
        found = [one for one in links if re.fullmatch(pattern, one)]
        assert found, f"{self.who} finds no link {pattern} on {self.page.url}: {self.text()[:1500]}"
        return found[0]

    def now(self) -> datetime:
        """What the clock of the app says; the page that is open stays open."""
        answer = self.page.request.get(f"{self.url}/notifications/", headers={"X-Live": "1"})
        return datetime.fromisoformat(answer.headers["x-domain-now"])

    def api(self, path: str) -> dict:
        answer = self.page.request.get(f"{self.url}/api/v1/{path}")
        assert answer.ok, f"{path}: {answer.status} {answer.text()}"
        return answer.json()


def plain(text: str) -> str:
    return re.sub("[\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]", " ", text).strip()


def number(text: str) -> str:
    """The first figure of a text, as people would type it."""
    return re.search(r"\d+(\.\d+)?", text)[0]


def desk_for(browser, url: str, username: str, password: str) -> Desk:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(url + "/accounts/login/")
    page.fill("[name=login]", username)
    page.fill("[name=password]", password)
    with page.expect_navigation():
        page.click("main button[type=submit]")
    assert "/accounts/login" not in page.url, (
        f"{username} could not sign in: {page.inner_text('main')}"
    )
    return Desk(username, page, url, password)
