"""One person at one browser: sign in, open pages by their links, fill forms, read what is said."""

from dataclasses import dataclass

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


@dataclass
class Desk:
    page: object
    url: str
    password: str

    def open(self, path: str) -> None:
        self.page.goto(self.url + path if path.startswith("/") else path)

    def fill(self, **values) -> None:
        """Text fields by name; radios and selects by value; True ticks a box."""
        for name, value in values.items():
            field = self.page.locator(f"main [name='{name}']").first
            kind = field.get_attribute("type")
            if kind == "radio":
                self.page.locator(f"main [name='{name}'][value='{value}']").check(force=True)
            elif kind == "checkbox":
                field.set_checked(value, force=True)
            elif field.evaluate("e => e.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(str(value))

    def send(self, button: str | None = None) -> None:
        """Sends the form of the page; Enter never signs, so the button is clicked."""
        if button:
            self.page.locator("main").get_by_role("button", name=button).first.click()
        else:
            self.page.locator("main form:not([data-other]) button:not([type=button])").last.click()
        self.page.wait_for_load_state()

    def sign(self, button: str | None = None) -> None:
        self.page.locator("main [name='password']").fill(self.password)
        self.send(button)

    def stops(self) -> str:
        found = self.page.locator(".stops, .form-errors, .field-error, [role=alert]:visible")
        return " | ".join(found.all_inner_texts())

    def text(self) -> str:
        return self.page.inner_text("main")


def desk_for(browser, url: str, username: str, password: str) -> Desk:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(url + "/accounts/login/")
    page.fill("[name=login]", username)
    page.fill("[name=password]", password)
    page.click("main button[type=submit]")
    page.wait_for_load_state()
    return Desk(page, url, password)
