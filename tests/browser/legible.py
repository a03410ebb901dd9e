"""What a reader, with a mouse or without, cannot read or reach on an open page; a line of text a finding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from components.charts.palette import SHAPES


@dataclass(frozen=True)
class Own:
    """A finding that is Streamlit's: its rule, the elements it is let pass for (`{page}` is the open page's
    path), and why it is not ours."""

    rule: str
    selector: str
    reason: str


STREAMLITS_OWN = (
    Own(
        "focus not seen",
        'a[data-testid="stPageLink-NavLink"][href^="{page}"]',
        "st.page_link to the page that is open is painted as where one is, and focus paints it the same",
    ),
)

BAD = ("serious", "critical")
MOST_STOPS = 120

# A text node is cut where an ancestor that clips ends before it does; above something that scrolls, all of
# it can be reached. Fonts are a fifth higher than their lines, so upright only more than that counts. In a
# chart the same words twice in one place are a text and the halo around it.
_CUT = """() => {
  const found = new Set();
  const said = text => text.trim().replace(/\\s+/g, ' ').slice(0, 60);
  const seen = e => e.checkVisibility({opacityProperty: true, visibilityProperty: true});
  const clips = value => value === 'hidden' || value === 'clip';
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || !seen(element)) continue;
    if (element.closest('canvas, svg, script, style, [data-testid="stIconMaterial"]')) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const rects = [...range.getClientRects()].filter(r => r.width > 0 && r.height > 0);
    for (let a = element; a && rects.length; a = a.parentElement) {
      const style = getComputedStyle(a), box = a.getBoundingClientRect();
      if (box.width <= 1 || box.height <= 1 || style.clipPath.startsWith('inset(50%')) break;
      if (/auto|scroll/.test(style.overflowX + style.overflowY)) break;
      const aside = clips(style.overflowX)
        && rects.some(r => r.right > box.right + 1.5 || r.left < box.left - 1.5);
      const below = clips(style.overflowY)
        && rects.some(r => r.bottom > box.bottom + 2 + r.height / 5 || r.top < box.top - 2 - r.height / 5);
      if (aside || below) {
        found.add(`cut: ${said(node.data)}`);
        break;
      }
    }
  }
  const pen = document.createElement('canvas').getContext('2d');
  for (const input of document.querySelectorAll('input, textarea')) {
    const text = input.value || input.placeholder, style = getComputedStyle(input);
    if (!text || !seen(input) || input.clientWidth <= 1 || input.type === 'file') continue;
    pen.font = style.font;
    const room = input.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    if (pen.measureText(text).width > room + 1) found.add(`cut in a field: ${said(text)}`);
  }
  for (const svg of document.querySelectorAll('.stVegaLiteChart svg, .stPlotlyChart svg.main-svg')) {
    if (!seen(svg)) continue;
    const box = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')]
      .filter(t => t.textContent.trim() && seen(t) && t.getAttribute('opacity') !== '0')
      .map(t => ({text: said(t.textContent), at: t.getBoundingClientRect()}))
      .filter(t => t.at.width > 0);
    for (const [n, one] of texts.entries()) {
      if (one.text.includes('\\u2026')) found.add(`shortened in a chart: ${one.text}`);
      if (one.at.right > box.right + 2 || one.at.left < box.left - 2
        || one.at.bottom > box.bottom + 3 || one.at.top < box.top - 3)
        found.add(`cut by its chart: ${one.text}`);
      for (const other of texts.slice(n + 1)) {
        const wide = Math.min(one.at.right, other.at.right) - Math.max(one.at.left, other.at.left);
        const high = Math.min(one.at.bottom, other.at.bottom) - Math.max(one.at.top, other.at.top);
        const middles = Math.abs(one.at.left + one.at.right - other.at.left - other.at.right)
          + Math.abs(one.at.top + one.at.bottom - other.at.top - other.at.bottom);
        if (one.text === other.text && middles < 2) continue;
        if (wide > 2 && high > 0.35 * Math.min(one.at.height, other.at.height))
          found.add(`text over text in a chart: ${one.text} / ${other.text}`);
      }
    }
  }
  return [...found];
}"""

_WIDER = """() => {
  const main = document.querySelector('[data-testid="stMain"]');
  const whole = document.documentElement;
  const beyond = kind => [...main.querySelectorAll(kind)]
    .filter(e => e.getBoundingClientRect().right > innerWidth + 1);
  const scrolls = whole.scrollWidth > innerWidth + 1 || main.scrollWidth > main.clientWidth + 1;
  const out = beyond(scrolls ? '*' : 'p');
  if (!scrolls && !out.length) return [];
  return [`wider than the window: ${out.slice(0, 3).map(e => e.dataset.testid || e.className).join(', ')}`];
}"""

_AXE = """async ([options, own]) => {
  const told = await axe.run({resultTypes: ['violations'], iframes: false, ...options});
  return told.violations.flatMap(v => v.nodes
    .filter(n => !own.some(o => o.rule === v.id && document.querySelector(n.target[0])?.closest(o.selector)))
    .map(n => ({rule: v.id, impact: v.impact, html: n.html.slice(0, 200), why: n.failureSummary})));
}"""

# Where a tier is told by colour, its mark must stand in the same box, or in the same scene of the wall.
_COLOUR_ALONE = """(shapes) => {
  const found = [];
  for (const svg of document.querySelectorAll('.stVegaLiteChart svg, .stPlotlyChart svg.main-svg')) {
    const box = svg.closest('[class*="st-key-scene_"]') || svg.closest('[data-testid="stVerticalBlock"]');
    const named = box.textContent;
    const told = [...svg.querySelectorAll('[aria-label]')].map(e => e.getAttribute('aria-label')).join(' ');
    for (const shape of shapes)
      if (told.includes(`${shape} `) && !named.includes(shape))
        found.push(`colour alone tells ${shape} in ${svg.parentElement.getAttribute('aria-label')}`);
  }
  return found;
}"""

_UNNAMED = """(language) => {
  const found = [], chinese = /[\\u3400-\\u9fff]/;
  for (const chart of document.querySelectorAll('.stVegaLiteChart, .stPlotlyChart')) {
    const name = chart.getAttribute('aria-label') || '';
    if (!name || chinese.test(name) !== (language === 'zh'))
      found.push(`a chart without words in ${language}: ${name}`);
  }
  const lang = document.documentElement.lang;
  if (!lang.startsWith(language)) found.push(`the page calls itself ${lang}`);
  return found;
}"""

# Styles that show where the focus is, of an element and of what it is drawn in.
_STYLE = """(element) => {
  const told = [];
  for (let e = element, n = 0; e && n < 4; e = e.parentElement, n += 1)
    for (const pseudo of [null, '::before', '::after']) {
      const s = getComputedStyle(e, pseudo);
      told.push(s.outlineStyle + s.outlineWidth + s.outlineColor + s.boxShadow + s.borderColor
        + s.backgroundColor + s.textDecorationLine + s.color);
    }
  return told.join();
}"""

# A table is one stop: Tab goes from cell to cell in its canvas, which draws its own ring around the cell.
_BEGIN = f"""() => {{
  const main = document.querySelector('[data-testid="stMain"]');
  const style = {_STYLE};
  const stops = [];
  const controls = [...main.querySelectorAll(
    'a[href], button:not([disabled]), input, select, textarea, canvas[tabindex="0"], summary')]
    .filter(e => e.tabIndex >= 0 && e.checkVisibility({{visibilityProperty: true}})
      && !e.closest('[role="radiogroup"], [role="tablist"]'));
  window.__walk = {{
    async note() {{
      await new Promise(requestAnimationFrame);
      const active = document.activeElement;
      if (!active || !main.contains(active)) return false;
      const e = active.closest('canvas') || active;
      if (stops.some(s => s.e === e)) return true;
      const box = e.getBoundingClientRect();
      const hidden = box.bottom < 0 || box.top > innerHeight || box.right < 0 || box.left > innerWidth;
      stops.push({{e, hidden, style: style(e)}});
      return true;
    }},
    end(own) {{
      document.activeElement?.blur();
      const passes = e => own.some(o => o.rule === 'focus not seen' && e.closest(o.selector));
      const name = e => e.getAttribute('aria-label') || (e.textContent.trim() || e.outerHTML).slice(0, 60);
      const draws = e => e.tagName === 'CANVAS';
      return [
        ...stops.filter(s => s.hidden).map(s => `focus out of sight: ${{name(s.e)}}`),
        ...stops.filter(s => !draws(s.e) && !passes(s.e) && style(s.e) === s.style)
          .map(s => `focus not seen: ${{name(s.e)}}`),
        ...controls.filter(e => !stops.some(s => s.e === e)).map(e => `not reached by Tab: ${{name(e)}}`),
      ];
    }},
  }};
  const first = document.createElement('span');
  first.tabIndex = -1;
  main.prepend(first);
  first.focus();
  first.remove();
}}"""

# A chart follows its place a moment later: at rest when no picture's size changed for a fifth of a second.
_AT_REST = """() => {
  const sizes = [...document.querySelectorAll('svg, canvas')]
    .map(e => `${e.getBoundingClientRect().width}x${e.getBoundingClientRect().height}`).join();
  const now = performance.now();
  if (window.__sizes !== sizes) [window.__sizes, window.__restsSince] = [sizes, now];
  return now - window.__restsSince > 200;
}"""
_AT_ONCE = "*, *::before, *::after { transition: none !important; animation: none !important }"


def _own(page: Page) -> list[dict[str, str]]:
    path = urlsplit(page.url).path.removeprefix("/")
    return [{"rule": own.rule, "selector": own.selector.replace("{page}", path)} for own in STREAMLITS_OWN]


def resize(page: Page, size: tuple[int, int]) -> None:
    """Give the window another size and wait until the pictures have followed."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.evaluate("() => { window.__sizes = undefined }")
    page.wait_for_function(_AT_REST, polling=50)


def cut(page: Page) -> list[str]:
    """Words that are cut, shortened or lie over each other, in the page and in its charts."""
    return list(page.evaluate(_CUT))


def wider(page: Page) -> list[str]:
    """What makes the page scroll sideways."""
    return list(page.evaluate(_WIDER))


def broken_rules(page: Page, **options: Any) -> list[str]:
    """Serious and critical findings of axe that are not Streamlit's own; `options` as axe.run takes them."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(_AXE, [options, _own(page)])
    return [
        f"axe {each['rule']}: {each['html']} {' '.join(each['why'].split())}"
        for each in found
        if each["impact"] in BAD
    ]


def colour_alone(page: Page) -> list[str]:
    """Charts that tell a tier by nothing but its colour."""
    return list(page.evaluate(_COLOUR_ALONE, [SHAPES[tier] for tier in "RST"]))


def unnamed(page: Page, language: str) -> list[str]:
    """Charts without words for them in this language, and a page that calls itself another one's."""
    return list(page.evaluate(_UNNAMED, language))


def out_of_reach(page: Page) -> list[str]:
    """Controls of the page's main part that Tab does not come to, or does not show that it came to."""
    page.add_style_tag(content=_AT_ONCE)
    page.evaluate(_BEGIN)
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if not page.evaluate("() => window.__walk.note()"):
            break
    return list(page.evaluate("own => window.__walk.end(own)", _own(page)))
