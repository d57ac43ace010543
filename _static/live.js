/* Draws a chart in place of its picture when it comes into view, and lets keys do what clicks do.
   All numbers are the chart's own; without this script the pictures and tables stay. */
"use strict";
(function () {
  const here = document.currentScript.src.replace(/[^/]*$/, "");
  const NARROW = 640; // pixels: in a narrower column letters of a wide chart would be too small
  const loaded = {};

  function load(source) {
    loaded[source] = loaded[source] || new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = source;
      script.onload = resolve;
      script.onerror = () => reject(new Error(source));
      document.head.append(script);
    });
    return loaded[source];
  }

  async function draw(place) {
    try {
      await show(place);
      // A turned phone gets the other form, with what the reader has chosen.
      addEventListener("resize", () => {
        if (wantsNarrow(place) !== place.matches(".is-narrow")) show(place);
      });
    } catch (problem) {
      place.hidden = true; // the picture stays
      console.warn("The chart stays a picture:", problem);
    }
  }

  function wantsNarrow(place) {
    return Boolean(place.dataset.narrow) && place.parentElement.clientWidth < NARROW;
  }

  /* The form of a chart that fits; the other is not loaded. */
  async function specification(place, isNarrow) {
    const { chart, source, narrow } = place.dataset;
    await Promise.all([load(here + "vega-bundle.js"), load(isNarrow ? narrow : source)]);
    return window.bookCharts[isNarrow ? chart + "-narrow" : chart];
  }

  async function show(place) {
    const isNarrow = wantsNarrow(place);
    place.classList.toggle("is-narrow", isNarrow); // at once: a resize asks for it
    const spec = await specification(place, isNarrow);
    const { toggle, brush, hint } = spec.usermeta;
    const before = place.view && values(place.view, spec);
    if (place.view) place.view.finalize();
    const controls = element("div", "chart-controls");
    const canvas = element("div", "chart-canvas");
    canvas.addEventListener("click", tell);
    place.replaceChildren(controls, canvas);
    place.hidden = false;
    place.classList.toggle("has-brush", Boolean(brush));
    const { view } = await window.vegaEmbed(canvas, spec, {
      ast: true, // no code is made from text: a strict content policy allows it
      renderer: "svg",
      actions: false,
      bind: controls,
      loader: { target: "_blank", rel: "noopener" },
      tooltip: { theme: "custom", anchor: "mark", position: ["top", "bottom"] }, // off what changes below
    });
    place.closest("figure").classList.add("is-live");
    place.view = view;
    stops(place);
    view.addEventListener("keydown", follow);
    control(place, controls, canvas, values(view, spec), hint, brush);
    if (toggle) listen(view, toggle);
    if (before) await set(view, before);
  }

  /* Hint, reset and the spoken result, for charts that a reader can change. */
  function control(place, controls, canvas, first, hint, brush) {
    if (!first.length) return controls.remove();
    controls.prepend(element("span", "chart-hint", hint));
    const reset = element("button", "chart-reset", "Reset");
    reset.type = "button";
    reset.addEventListener("click", () => {
      clear(place);
      set(place.view, first);
    });
    controls.append(reset);
    const status = element("p", "chart-status");
    status.setAttribute("role", "status");
    canvas.after(status);
    const heard = first.map(([name]) => name).concat(brush || []);
    heard.forEach((name) => place.view.addSignalListener(name, () => settle(place, status)));
    settle(place, status, true);
  }

  /* Vega takes pixels of the page for those of a picture, which the page scales. Where a range can be
     dragged, events say where the pointer would be on the picture at its own size. */
  let dragged = null;
  function unscale(event) {
    const over = event.target.closest && event.target.closest(".has-brush svg");
    if (event.type === "pointerdown") dragged = over;
    const svg = dragged || over;
    if (event.type === "pointerup" || event.type === "pointercancel") dragged = null;
    if (!svg) return;
    const { left, top, width } = svg.getBoundingClientRect();
    const scale = width / svg.viewBox.baseVal.width;
    const at = { clientX: left + (event.clientX - left) / scale, clientY: top + (event.clientY - top) / scale };
    for (const name in at) Object.defineProperty(event, name, { value: at[name] });
  }

  /* A double click is what clears a dragged range. */
  function clear(place) {
    ranges(place).forEach((range) => {
      range.firstElementChild.dispatchEvent(new MouseEvent("dblclick", { bubbles: true }));
    });
  }

  /* The marks of a dragged range. */
  function ranges(place) {
    return place.querySelectorAll(".brush_brush, .brush_brush_bg");
  }

  /* Rows that act and names that lead somewhere are reached by key. */
  function stops(place) {
    ranges(place).forEach((range) => range.setAttribute("aria-hidden", "true")); // it has no words
    const acting = '[aria-roledescription="trial"]:not([tabindex]), [role="link"]:not([tabindex])';
    place.querySelectorAll(acting).forEach((mark) => mark.setAttribute("tabindex", "0"));
  }

  /* A tap tells what a hover tells: Vega waits for a pointer that moves. A scroll takes it away. */
  function tell(event) {
    if (!event.isTrusted || event.pointerType === "mouse") return; // by key, without a place; or told already
    const { clientX, clientY } = event;
    event.target.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, clientX, clientY }));
  }

  function untell() {
    const hint = document.getElementById("vg-tooltip-element");
    if (hint) hint.classList.remove("visible");
  }

  function follow(event) {
    if (event.key !== "Enter" || event.target.getAttribute("role") !== "link") return;
    event.target.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  }

  function element(kind, name, text) {
    const made = document.createElement(kind);
    made.className = name;
    made.textContent = text || "";
    return made;
  }

  /* The values that a reader can change, as they are now. */
  function values(view, spec) {
    return (spec.params || []).filter((p) => "value" in p).map((p) => [p.name, view.signal(p.name)]);
  }

  function set(view, pairs) {
    pairs.forEach(([name, value]) => view.signal(name, value));
    return view.runAsync();
  }

  /* After each change: new marks can be reached by key, and the result is said. */
  function settle(place, status, silent) {
    const say = () => {
      stops(place);
      const said = place.querySelector('[aria-roledescription="pooled result"]');
      if (said && !silent) status.textContent = said.getAttribute("aria-label") + ".";
    };
    place.view.runAfter(() => setTimeout(say)); // when it is drawn
  }

  function listen(view, name) {
    const act = (event, item) => {
      const row = event.target.getAttribute("aria-roledescription") === "trial";
      const key = event.type === "keydown";
      if (!row || (key && event.key !== "Enter" && event.key !== " ")) return;
      if (key) event.preventDefault();
      const out = view.signal(name), id = item.datum.id;
      set(view, [[name, out.includes(id) ? out.filter((other) => other !== id) : [...out, id]]]);
    };
    view.addEventListener("click", act);
    view.addEventListener("keydown", act);
  }

  for (const type of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) {
    addEventListener(type, unscale, true); // before Vega hears them
  }

  /* On a page without charts the library is fetched once its reader does anything: the next page has it at hand. */
  const idle = new AbortController();
  function fetchAhead() {
    idle.abort();
    const sparing = location.protocol === "file:" || (navigator.connection || {}).saveData;
    if (sparing || document.querySelector("figure.chart")) return;
    fetch(here + "vega-bundle.js", { priority: "low" }).then((answer) => answer.blob()).catch(() => {});
  }
  for (const type of ["scroll", "pointermove", "keydown"]) {
    addEventListener(type, fetchAhead, { passive: true, signal: idle.signal });
  }

  document.addEventListener("DOMContentLoaded", () => {
    const watcher = new IntersectionObserver((seen) => {
      seen.filter((one) => one.isIntersecting).forEach((one) => {
        watcher.unobserve(one.target);
        draw(one.target.querySelector(".live-chart"));
      });
    }, { rootMargin: "300px" });
    document.querySelectorAll("figure.chart").forEach((figure) => watcher.observe(figure));
    addEventListener("scroll", untell, { passive: true });
  });
})();
