"""The app and a browser: started once for this folder, gone before other tests start."""

import os

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.app import running_app
from tests.browser.course import Course
from tests.browser.desk import ARGS
from tests.people import PASSWORD


@pytest.fixture(scope="package")
def app(tmp_path_factory):
    with running_app(tmp_path_factory.mktemp("app")) as one:
        yield one


@pytest.fixture(scope="package")
def browser():
    program = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=program, args=ARGS)
        yield chromium
        chromium.close()


@pytest.fixture
def course(app, browser):
    one = Course(browser, app, PASSWORD)
    yield one
    one.leave()
