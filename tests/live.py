"""Live charts of the built book, as a reader meets them in a browser without a network."""

from contextlib import contextmanager

VALUES = ("k", "estimate", "ci_low", "ci_high", "pi_low", "pi_high", "wald_low", "tau2", "i2", "q")

# The pooled rows that the chart holds: {pool: {field: value, weights: {trial: percent}}}.
POOLED = """
place => {
  const all = place.view.getState({data: () => true, signals: () => false}).data;
  const found = {};
  for (const name of Object.keys(all))
    for (const row of [].concat(place.view.data(name) || []))
      if ("ci_low" in row && "pool" in row) {
        const one = found[row.pool] = found[row.pool] || {weights: {}};
        for (const field of FIELDS) one[field] = row[field];
        if (row.kept) one.weights[row.id] = row.weight;
      }
  return found;
}""".replace("FIELDS", str(list(VALUES)))


@contextmanager
def opened(project, browser, name, width=1280, scheme="light", scripts=True):
    """(page, messages): a page of the book, offline; messages are errors, warnings and requests."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        offline=True,
        java_script_enabled=scripts,
    )
    page = context.new_page()
    messages = []
    kinds = ("error", "warning")
    page.on("console", lambda m: messages.append(m.text) if m.type in kinds else None)
    page.on("pageerror", lambda e: messages.append(str(e)))
    page.on("request", lambda r: messages.append(r.url) if r.url.startswith("http") else None)
    page.goto((project.html / "chapters" / f"{name}.html").as_uri())
    yield page, messages
    context.close()


def drawn(page, number=0):
    """The figure of that number on the page, scrolled to and drawn."""
    figure = page.locator("figure.chart").nth(number)
    figure.scroll_into_view_if_needed()
    page.wait_for_function(
        "n => document.querySelectorAll('figure.chart')[n].classList.contains('is-live')",
        arg=number,
        timeout=20_000,
    )
    return figure


def row(figure, label):
    """The row of a trial."""
    return figure.locator(f'[aria-roledescription="trial"][aria-label^="{label}"]')


def said(figure):
    """The accessible name of the pooled result."""
    return figure.locator('[aria-roledescription="pooled result"]').first.get_attribute("aria-label")


def settled(page):
    """Wait until the chart has calculated and drawn."""
    page.evaluate("() => new Promise(done => setTimeout(() => requestAnimationFrame(done), 30))")


def pooled(page, figure):
    """What the chart has pooled, by pool."""
    settled(page)
    return figure.locator(".live-chart").evaluate(POOLED)
