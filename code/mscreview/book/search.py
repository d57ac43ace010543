"""The book's own search, in English and Chinese, also where a page is opened as a file.

Sphinx takes a whole run of Chinese characters as one word. It looks inside the words of the index
only for words of three characters or more, and only if no entry equals the word that is sought.
So a run is indexed whole, and as pairs of characters; each of these entries ends with a space.
No word of a query has one, so a longer word is always sought inside the runs, and a page is not
hidden by another on which the word stands alone. A word of two characters gets the space in the
browser: that makes it equal to its pair, and long enough not to be counted as optional.
"""

import re

from sphinx.search.en import SearchEnglish

CHINESE = r"[\u3400-\u9fff]"  # for Python and for the browser

STEMMER = """
var EnglishStemmer = Stemmer;
Stemmer = function() {
  var english = new EnglishStemmer();
  this.stemWord = function(word) {
    if (!/%s/.test(word)) return english.stemWord(word);
    return word.length === 2 ? word + " " : word;
  };
};
""" % CHINESE

# A browser does not let a page that is a file read other files, as the summaries of results do.
SUMMARIES = 'if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;'


class SearchEnglishChinese(SearchEnglish):
    """English words, and Chinese runs with their pairs of characters (``2型糖尿病``, ``2型``, …)."""

    lang = "en-zh"
    language_name = "English and Chinese"
    js_stemmer_code = SearchEnglish.js_stemmer_code + STEMMER

    def split(self, input):
        """The entries of a text."""
        runs = [word for word in super().split(input) if re.search(CHINESE, word)]
        entries = {f"{entry} " for run in runs for entry in (run, *_pairs(run))}
        return super().split(re.sub(CHINESE, " ", input)) + sorted(entries)


def _pairs(run):
    """All two neighboring characters of which one is Chinese at least."""
    pairs = (run[start : start + 2] for start in range(len(run) - 1))
    return [pair for pair in pairs if re.search(CHINESE, pair)]


def _no_summaries_of_files(app, pagename, templatename, context, doctree):
    if pagename == "search":
        app.add_js_file(None, body=SUMMARIES)


def setup(app):
    """Register the language of the index, which ``html_search_language`` chooses."""
    app.add_search_language(SearchEnglishChinese)
    app.connect("html-page-context", _no_summaries_of_files)
