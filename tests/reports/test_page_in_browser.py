"""The page as a browser lays it out: on a screen, on a telephone, on paper."""

import html
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from engine import ActionPlan, CompiledPlaybook
from engine.reports.html import html_page
from engine.reports.labels import Labels

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium here")

MEASURED = """
const laid = name => document.getElementById(name).contentDocument
const cut = name => {
  const found = new Set(), page = laid(name)
  page.querySelectorAll("details").forEach(each => each.open = true)
  const texts = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const text = texts.currentNode
    if (!text.parentElement.closest("td, th")) continue
    for (const word of text.data.matchAll(/[A-Za-z]{2,}/g)) {
      const range = page.createRange()
      range.setStart(text, word.index)
      range.setEnd(text, word.index + word[0].length)
      if (new Set([...range.getClientRects()].map(each => each.top)).size > 1) found.add(word[0])
    }
  }
  return [...found]
}
const unseen = name => [...laid(name).querySelectorAll("article td")].filter(each => !each.offsetWidth).length
const overflow = name => laid(name).documentElement.scrollWidth - laid(name).documentElement.clientWidth
const parted = name => {
  const page = laid(name), found = new Set()
  const apart = (one, other) => Math.abs(one.getBoundingClientRect().left - other.getBoundingClientRect().left) > 400
  page.body.style.cssText += "; columns: 700px; column-gap: 100px; column-fill: auto"
  for (let height = 600; height < 1000; height += 45) {
    page.body.style.height = height + "px"
    for (const each of page.querySelectorAll(".paper p"))
      if (apart(each, each.nextElementSibling.querySelector("li"))) found.add(each.textContent)
    for (const each of page.querySelectorAll(".standing"))
      if (apart(each.querySelector("h3"), each.lastElementChild)) found.add(each.querySelector("h3").textContent)
  }
  return [...found]
}
onload = () => {
  const told = {parted: parted("paper"), cut: ["wide", "narrow", "paper"].map(cut)}
  document.body.textContent = JSON.stringify({...told, unseen: unseen("narrow"), overflow: overflow("narrow")})
}
"""


@pytest.fixture(scope="module")
def laid_out(plans: list[ActionPlan], handbook: CompiledPlaybook, tmp_path_factory: pytest.TempPathFactory) -> Any:
    long = [replace(each, title=f"{each.title} " * 12, priority="urgent") for each in plans[0].actions]
    shown = [replace(plans[0], actions=tuple(long)), *plans[1:8]]
    labels = Labels(handbook.playbook, "en-US", handbook.edges)
    page = b"".join(html_page(shown, handbook.playbook, labels)).decode()
    return measured(tmp_path_factory.mktemp("page"), page)


def measured(folder: Path, page: str) -> Any:
    """What Chromium makes of the page at three widths; as paper it has the rules of print, its pages are columns."""
    frames = (("wide", 1280, page), ("narrow", 390, page), ("paper", 800, page.replace("@media print", "@media all")))
    framed = "".join(
        f'<iframe id="{name}" width="{width}" height="2000" srcdoc="{html.escape(each)}"></iframe>'
        for name, width, each in frames
    )
    file = folder / "frames.html"
    file.write_text(f"<!doctype html><meta charset=utf-8><script>{MEASURED}</script>{framed}", "utf-8")
    options = ("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}", "--dump-dom")
    done = subprocess.run([CHROMIUM, *options, file.as_uri()], capture_output=True, timeout=60, check=True)
    return json.loads(html.unescape(done.stdout.decode().partition("<body>")[2].partition("</body>")[0]))


def test_no_word_of_a_table_is_cut_in_two(laid_out: Any) -> None:
    assert laid_out["cut"] == [[], [], []]


def test_a_telephone_shows_every_column_and_scrolls_only_within_tables(laid_out: Any) -> None:
    assert (laid_out["unseen"], laid_out["overflow"]) == (0, 0)


def test_on_paper_headings_stay_with_what_they_head(laid_out: Any) -> None:
    assert laid_out["parted"] == []
