/* One language at a time on pages that say the same in English and in Chinese.

   Each `.language-switch` holds a button for each language.  Parts are the blocks with a language
   (`<div lang>`) and the sections that hold nothing else, marked `.in-en` or `.in-zh-hans`.
   The style sheet hides `.other-language` on screens only, so that paper has both. */
(function () {
  "use strict";
  var KEY = "mscreview-language";
  // As the page was asked for: Sphinx has marked the words by now, and taken them out of the address.
  var visit = performance.getEntriesByType("navigation")[0];
  var searched = new URL(visit ? visit.name : location.href).searchParams.get("highlight") || "";
  var switches = document.querySelectorAll(".language-switch");
  if (!switches.length) return;

  var languages = Array.from(switches[0].querySelectorAll("button"), function (b) { return b.value; });
  var parts = Array.from(document.querySelectorAll(".bd-article div[lang], .bd-article section[class*='in-']"))
    .filter(languageOf);

  function languageOf(part) {
    return part.lang || languages.find(function (language) {
      return part.classList.contains("in-" + language.toLowerCase());
    });
  }

  function remembered() {
    try { return localStorage.getItem(KEY); } catch (blocked) { return null; }
  }

  function remember(language) {
    try { localStorage.setItem(KEY, language); } catch (blocked) { /* this page alone, then */ }
  }

  function show(language) {
    parts.forEach(function (part) {
      part.classList.toggle("other-language", languageOf(part) !== language);
    });
    document.querySelectorAll(".language-switch button").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.value === language));
    });
  }

  /* Where a link leads must be seen; returns whether it had been hidden. */
  function reveal(hash) {
    var target = hash.length > 1 && document.getElementById(decodeURIComponent(hash.slice(1)));
    var part = target && target.closest(".other-language");
    if (!part) return false;
    show(languageOf(part));
    target.scrollIntoView();
    return true;
  }

  switches.forEach(function (group) {
    group.hidden = false;
    group.addEventListener("click", function (event) {
      var button = event.target.closest("button");
      if (!button) return;
      var before = group.getBoundingClientRect().top;
      show(button.value);
      remember(button.value);
      // What stands above may have another height now; the buttons stay under the pointer.
      scrollBy({ top: group.getBoundingClientRect().top - before, behavior: "instant" });
    });
  });
  // A link to the place where the address already is changes no hash, hence the click as well.
  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[href*='#']");
    if (link && link.pathname === location.pathname) reveal(link.hash);
  });
  addEventListener("hashchange", function () { reveal(location.hash); });

  var chosen = /\p{Script=Han}/u.test(searched) ? "zh-Hans" : remembered();
  show(languages.includes(chosen) ? chosen : languages[0]);
  reveal(location.hash);
})();
