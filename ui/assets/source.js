// The source beside an answer: the quote in its document, word for word, with the text around it.
// Everything enters the page as text, never as HTML.
window.routewijzer = (() => {
  'use strict';

  const AROUND = 320; // characters shown before and after a quote
  const root = document.documentElement;
  const narrow = matchMedia('(max-width: 999px)');
  const texts = new Map();
  let opener = null;
  let shown = null; // the panel that was last opened

  const find = (selector, within = document) => within.querySelector(selector);
  // a tab may have a place of its own for sources; without one it is the first tab's
  const home = (button) => button?.closest('[data-source-home]') || document;
  const words = (button) => JSON.parse(find('.rw-panel-home', home(button)).dataset.words);
  const address = (path) => new URL(path, document.baseURI).href;
  const fill = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === 'function') element.addEventListener(name, value);
      else element.setAttribute(name, value);
    }
    element.append(...children.filter(Boolean));
    return element;
  }

  // --- the text --------------------------------------------------------------------------------------------------

  const path = (source) => `api/documents/${source.document.split('/').map(encodeURIComponent).join('/')}`;
  const version = (source) => `version=${encodeURIComponent(source.version)}`;

  async function getJson(url) {
    const reply = await fetch(address(url), { headers: { accept: 'application/json' } });
    if (!reply.ok) throw new Error(String(reply.status));
    return reply.json();
  }

  /** The text of a document, and where in it a quote stands in JavaScript's own counting (UTF-16). */
  async function locate(source) {
    const key = `${source.document}@${source.version}`;
    if (!texts.has(key)) {
      if (texts.size > 20) texts.clear();
      texts.set(key, (await getJson(`${path(source)}/text?${version(source)}`)).text);
    }
    const text = texts.get(key);
    const start = units(text, source.start);
    const end = units(text, source.end);
    if (text.slice(start, end) !== source.quote) throw new Error('the quote is not there');
    return { text, start, end };
  }

  /** The server counts code points, JavaScript counts UTF-16 units: the place after `points` code points. */
  function units(text, points) {
    let at = 0;
    for (let done = 0; done < points && at < text.length; done += 1) at += text.codePointAt(at) > 0xffff ? 2 : 1;
    return at;
  }

  /** From where to where the text around a quote is shown: whole sentences where there are any. */
  function around({ text, start, end }) {
    let from = Math.max(0, start - AROUND);
    if (from > 0) {
      const before = text.slice(from, start);
      const sentence = before.search(/[.!?]\s|\n/);
      from += Math.max(0, sentence >= 0 && sentence < AROUND - 40 ? sentence + 1 : before.search(/\s/));
    }
    let to = Math.min(text.length, end + AROUND);
    if (to < text.length) {
      const behind = text.slice(end, to);
      const sentence = Math.max(...['. ', '.\n', '\n\n'].map((stop) => behind.lastIndexOf(stop)));
      const cut = sentence > 40 ? sentence + 1 : behind.lastIndexOf(' ');
      to = end + (cut >= 0 ? cut : behind.length);
    }
    return [from, to];
  }

  /** A stretch of the text as paragraphs, with the quote marked; a short line without an end is shown as a heading. */
  function paragraphs({ text, start, end }, from, to, title) {
    const made = [];
    for (const { 0: line, index } of text.slice(from, to).matchAll(/[^\n]+/g)) {
      const at = from + index;
      const marked = [Math.max(start, at) - at, Math.min(end, at + line.length) - at];
      const quoted = marked[0] < marked[1];
      const stop = at + line.length;
      const heading = line.length <= 90 && !/[.,;:!?)…]$/.test(line) && text.startsWith('\n\n', stop);
      if (!quoted && (line === title || (heading && stop >= to - 2))) continue;
      const parts = quoted
        ? [line.slice(0, marked[0]), make('mark', {}, line.slice(...marked)), line.slice(marked[1])]
        : [line];
      made.push(make('p', heading ? { class: 'rw-heading' } : {}, ...parts));
    }
    return made;
  }

  function showPassage(box, place, title) {
    const [from, to] = around(place);
    const made = paragraphs(place, from, to, title);
    if (made.length && from > 0) made[0].prepend('… ');
    if (made.length && to < place.text.length) made[made.length - 1].append(' …');
    box.replaceChildren(...made);
    box.removeAttribute('tabindex');
  }

  function showWhole(box, place, title) {
    box.replaceChildren(...paragraphs(place, 0, place.text.length, title));
    box.tabIndex = 0; // it scrolls, so the keyboard must reach it
    box.scrollTop = Math.max(0, find('mark', box).offsetTop - box.clientHeight / 3);
  }

  // --- the panel -------------------------------------------------------------------------------------------------

  function top(source, w) {
    return make(
      'div', { class: 'rw-panel-top' },
      make('p', {}, fill(w.source_of, source)),
      make('button', { type: 'button', class: 'rw-quiet rw-back', click: () => closeSource(true) }, w.back),
      make('button', { type: 'button', class: 'rw-quiet rw-close', click: () => closeSource(true) }, w.close),
    );
  }

  function links(source, w) {
    return make(
      'p', { class: 'rw-links' },
      make('button', { type: 'button', class: 'rw-whole', hidden: '' }, w.whole),
      make('a', { href: address(`${path(source)}/file?${version(source)}`), download: '' }, w.original),
      source.url && make(
        'a', { href: source.url, rel: 'noopener noreferrer', target: '_blank', title: w.new_tab }, w.website,
      ),
      make('button', { type: 'button', class: 'rw-quiet', 'data-copy': quoted(source, w) }, w.copy_quote),
      make('span', { class: 'rw-done', role: 'status' }),
    );
  }

  /** Where a passage stands, in words. */
  const placed = (source, w) => [
    source.section && `${w.section} ${source.section}`, source.page && `${w.page} ${source.page}`,
    source.date, `${w.version} ${source.version}`,
  ].filter(Boolean);

  /** The quote with where it stands, to take along. */
  const quoted = (source, w) => `“${source.quote}” (${[source.title, ...placed(source, w), source.url].filter(Boolean).join(', ')})`;

  function draw(panel, source, w) {
    const about = [source.kind, ...placed(source, w)];
    panel.replaceChildren(
      top(source, w),
      make('h2', { tabindex: '-1' }, source.title),
      make('p', { class: 'rw-about' }, about.join(' · ')),
      make('div', { class: 'rw-text', role: 'group', 'aria-label': source.title }, make('mark', {}, source.quote)),
      make('p', { class: 'rw-remark', role: 'status' }),
      links(source, w),
    );
    panel.hidden = false;
    panel.scrollTop = 0;
    root.classList.add('rw-open');
  }

  /** Show the source of a citation's button; whoever uses the keyboard or a small screen is taken to it. */
  async function openSource(button, byKeyboard) {
    const source = JSON.parse(button.dataset.source);
    const w = words(button);
    const panel = find('.rw-panel', home(button));
    if (shown && shown !== panel) closeSource(false);
    shown = panel;
    if (opener) opener.setAttribute('aria-expanded', 'false');
    opener = button;
    button.setAttribute('aria-expanded', 'true');
    draw(panel, source, w);
    if (narrow.matches || byKeyboard) find('h2', panel).focus({ preventScroll: true });
    if (narrow.matches) panel.scrollIntoView({ block: 'start' });
    const box = find('.rw-text', panel);
    const remark = find('.rw-remark', panel);
    const here = () => opener === button && panel.contains(box);
    try {
      const place = await locate(source);
      if (here()) offer(box, find('.rw-whole', panel), place, source.title, w);
    } catch {
      if (here()) remark.textContent = w.source_failed;
      return;
    }
    const details = await getJson(`${path(source)}?${version(source)}`).catch(() => null);
    if (!details || !here()) return;
    box.lang = details.language;
    if (details.superseded) remark.textContent = w.superseded;
    if (details.drawable && source.page) offerPage(panel, box, source, w);
  }

  /** A button to the page itself as a picture, with the passage marked; fetched only when it is asked for. */
  function offerPage(panel, box, source, w) {
    const button = make('button', { type: 'button', class: 'rw-whole rw-show-page' }, w.show_page);
    const whole = find('.rw-whole', panel);
    let figure = null;
    button.addEventListener('click', () => {
      const show = !figure || figure.hidden;
      if (show && !figure) {
        figure = picture(source, w);
        box.after(figure);
      }
      figure.hidden = !show;
      box.hidden = show;
      whole.hidden = show;
      button.textContent = show ? w.show_passage : w.show_page;
    });
    whole.after(button);
  }

  /** The page; it opens in full in a tab of its own, for who wants to see it larger. */
  function picture(source, w) {
    const place = `version=${encodeURIComponent(source.version)}&start=${source.start}&end=${source.end}`;
    const src = address(`${path(source)}/pages/${source.page}.png?${place}`);
    const status = make('p', { class: 'rw-about', role: 'status' }, w.page_loading);
    const image = make('img', { alt: fill(w.page_alt, source) });
    const link = make('a', { href: src, target: '_blank', rel: 'noopener', title: w.new_tab, hidden: '' }, image);
    image.addEventListener('load', () => {
      link.hidden = false;
      status.textContent = '';
    });
    image.addEventListener('error', () => { status.textContent = w.page_failed; });
    image.src = src;
    return make('figure', { class: 'rw-page' }, status, link);
  }

  /** The passage, with a button to the whole document and back. */
  function offer(box, button, place, title, w) {
    showPassage(box, place, title);
    button.hidden = false;
    button.addEventListener('click', () => {
      const all = box.classList.toggle('rw-all');
      button.textContent = all ? w.passage : w.whole;
      (all ? showWhole : showPassage)(box, place, title);
    });
  }

  function closeSource(goBack) {
    const panel = shown;
    if (!panel || panel.hidden) return;
    panel.hidden = true;
    panel.replaceChildren();
    root.classList.remove('rw-open');
    const last = opener;
    opener = null;
    if (last) last.setAttribute('aria-expanded', 'false');
    if (!goBack) return;
    const target = last && last.isConnected ? last : find('#rw-box textarea');
    target.focus({ preventScroll: true });
    if (narrow.matches) target.scrollIntoView({ block: 'center' });
  }

  return { find, make, words, address, fill, openSource, closeSource };
})();
