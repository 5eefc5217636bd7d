// The tab "Pilots": what is chosen stands in the address behind the #, so that it can be shared; the server makes the HTML.
// The server's HTML holds what documents say as text, escaped there.
(() => {
  'use strict';

  const { find, address, closeSource } = window.routewijzer;
  const MOST = 4; // pilots that are compared at once
  const HERE = '#pilots';
  const FACETS = ['sector', 'niveau', 'status', 'hogeschool', 'partner', 'regio'];
  const wide = matchMedia('(min-width: 1000px)');

  let shell = null;
  let state = new URLSearchParams(); // as it stands in the address; `vergelijk` is there while pilots are compared
  let latest = 0;
  let waiting = false;
  let called = location.hash.startsWith(HERE);
  if (called) state = read();

  const words = () => JSON.parse(shell.dataset.words);
  const fill = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const all = (selector, within = shell) => [...within.querySelectorAll(selector)];
  const part = (name) => find(`.rw-pilots-${name}`, shell);
  const picked = () => state.getAll('pilot');
  const comparing = () => state.has('vergelijk');

  // --- the address -----------------------------------------------------------------------------------------------

  function read() {
    return new URLSearchParams(location.hash.slice(HERE.length).replace(/^\?/, ''));
  }

  /** The address of what is shown; `step`: one that the visitor can go back from. */
  function showAddress(step = false) {
    const query = new URLSearchParams();
    if (shell.lang === 'en') query.set('taal', 'en');
    const before = new URLSearchParams(location.search);
    if (before.get('embed')) query.set('embed', before.get('embed'));
    const text = state.toString();
    const url = `${location.pathname}${query.size ? `?${query}` : ''}${HERE}${text ? `?${text}` : ''}`;
    if (step) history.pushState(history.state, '', url);
    else history.replaceState(history.state, '', url);
  }

  const here = () => shell?.offsetParent !== null;

  // --- what is shown ---------------------------------------------------------------------------------------------

  function notice(text) {
    part('notice').textContent = text;
    if (text && part('notice').getBoundingClientRect().top < 0) part('notice').scrollIntoView({ block: 'start' });
  }

  class Refused extends Error {}

  async function ask(url) {
    const reply = await fetch(address(url), { headers: { 'accept-language': shell.lang } });
    const body = await reply.json().catch(() => null);
    if (!reply.ok || !body) throw new Refused(body?.error?.message || words().failed);
    return body;
  }

  /** Show what the state says. Where that fails, what was seen stays, and a line says so. */
  async function show({ step = false, focus = null } = {}) {
    latest += 1;
    const mine = latest;
    waiting = true;
    try {
      if (comparing()) {
        const query = new URLSearchParams(picked().map((id) => ['pilot', id]));
        const found = await ask(`pilots/vergelijking?${query}`);
        if (mine === latest) drawComparison(found);
      } else {
        const found = await ask(`pilots/overzicht?${state}`);
        if (mine === latest) drawOverview(found);
      }
      if (mine !== latest) return;
      notice('');
      if (here()) showAddress(step);
      focus?.();
    } catch (error) {
      if (mine !== latest) return;
      notice(error instanceof Refused ? error.message : words().failed);
      if (comparing() && asSent()) { // an address that compares what is no longer there
        const said = part('notice').textContent;
        state.delete('vergelijk');
        await show({ focus });
        notice(said);
      } else if (asSent()) part('list').replaceChildren();
    } finally {
      if (mine === latest) waiting = false;
    }
  }

  function drawOverview(found) {
    closeSource(false);
    part('all').hidden = false;
    part('compared').hidden = true;
    part('compared').replaceChildren();
    const groups = new Map(all('[data-facet-group]').map((group) => [group.dataset.facetGroup, group.open]));
    find('div', part('filters')).innerHTML = found.filters;
    for (const group of all('[data-facet-group]')) group.open ||= groups.get(group.dataset.facetGroup) || false;
    part('list').innerHTML = found.list;
    part('count').textContent = found.count;
    const w = words();
    find('summary', part('filters')).textContent = found.chosen ? fill(w.filters_chosen, { count: found.chosen }) : w.filters;
    for (const button of all('[data-view]')) button.setAttribute('aria-pressed', String(button.dataset.view === found.view));
    find('select', part('order')).value = found.order;
    state.delete('pilot');
    for (const id of found.picked) state.append('pilot', id);
    bar();
  }

  function drawComparison(found) {
    closeSource(false);
    part('all').hidden = true;
    part('compared').innerHTML = found.html;
    part('compared').hidden = false;
    state.delete('pilot');
    for (const id of found.picked) state.append('pilot', id);
    bar();
  }

  /** What is marked to be compared. */
  function bar() {
    const count = picked().length;
    part('bar').hidden = count === 0 || comparing();
    const line = count === 1 ? words().picked_one : fill(words().picked_more, { count });
    find('[role="status"]', part('bar')).textContent = count ? line : '';
    find('[data-pilots="compare"]', shell).hidden = count < 2;
  }

  // --- what a visitor does ---------------------------------------------------------------------------------------

  /** The same button after the HTML was renewed; else what stands above it. */
  function again(selector, otherwise = () => part('filters')) {
    return () => {
      const target = all(selector).find((one) => one.getClientRects().length) || otherwise();
      target?.focus({ preventScroll: true });
    };
  }

  const heading = (selector) => () => {
    const target = find(selector, shell);
    target.focus({ preventScroll: true });
    if (target.getBoundingClientRect().top < 0) shell.scrollIntoView({ block: 'start' });
  };

  function toggle(facet, value, inPicture) {
    const values = state.getAll(facet);
    state.delete(facet);
    const left = values.includes(value) ? values.filter((one) => one !== value) : [...values, value];
    for (const one of left) state.append(facet, one);
    const same = `[data-facet="${facet}"][data-value="${CSS.escape(value)}"]`;
    const home = inPicture ? 'svg ' : '.rw-chips ';
    show({ focus: again(home + same, () => find('h2', part('all'))) });
  }

  function set(name, value, usual) {
    if (value === usual) state.delete(name);
    else state.set(name, value);
  }

  function sort(order) {
    set('orde', order, 'title');
    show({ focus: again(`[data-order$="${order.replace('-', '')}"]`, () => find('select', part('order'))) });
  }

  function pick(box) {
    const others = picked().filter((id) => id !== box.dataset.pick);
    if (box.checked && others.length >= MOST) {
      box.checked = false;
      notice(words().picked_full);
      return;
    }
    notice('');
    state.delete('pilot');
    for (const id of box.checked ? [...others, box.dataset.pick] : others) state.append('pilot', id);
    bar();
    showAddress();
  }

  function back() {
    state.delete('vergelijk');
    show({ step: true, focus: heading('.rw-pilots-all h2') });
  }

  const actions = {
    clear: () => {
      for (const facet of FACETS) state.delete(facet);
      show({ focus: heading('.rw-pilots-all h2') });
    },
    compare: () => {
      state.set('vergelijk', 'ja');
      show({ step: true, focus: heading('.rw-pilots-compared h2') });
    },
    unpick: () => {
      state.delete('pilot');
      for (const box of all('[data-pick]')) box.checked = false;
      bar();
      showAddress();
      find('h2', part('all')).focus({ preventScroll: true });
    },
    back,
  };

  function drop(id) {
    const left = picked().filter((one) => one !== id);
    state.delete('pilot');
    for (const one of left) state.append('pilot', one);
    show({ focus: heading('.rw-pilots-compared h2') });
  }

  /** The lines of the name that the mouse or the keyboard is at. */
  function light(target) {
    const ends = target instanceof Element ? target.closest('[data-ends]')?.dataset.ends : undefined;
    for (const tie of all('[data-tie]')) tie.classList.toggle('rw-lit', tie.dataset.tie === ends);
  }

  // --- one listener for all --------------------------------------------------------------------------------------

  const inside = (event) => shell && event.target instanceof Element && shell.contains(event.target);

  document.addEventListener('click', (event) => {
    if (!inside(event)) return;
    const target = event.target.closest('button, [role="button"]');
    if (!target) return;
    const { facet, value, view, order, pilots: action, drop: id, source } = target.dataset;
    // the list is laid out anew beside a source: what was clicked stays in view, and what has the focus afterwards
    if (source && wide.matches) target.scrollIntoView({ block: 'nearest' });
    else if (target.matches('.rw-close')) document.activeElement.scrollIntoView({ block: 'nearest' });
    else if (facet) toggle(facet, value, target.tagName !== 'BUTTON');
    else if (view) {
      set('vorm', view, 'cards');
      show({ focus: () => target.focus({ preventScroll: true }) });
    } else if (order) sort(order);
    else if (id) drop(id);
    else if (action) actions[action]();
  });
  document.addEventListener('keydown', (event) => {
    if (!inside(event) || !['Enter', ' '].includes(event.key) || !event.target.matches('g[role="button"]')) return;
    event.preventDefault();
    toggle(event.target.dataset.facet, event.target.dataset.value, true);
  });
  document.addEventListener('change', (event) => {
    if (!inside(event)) return;
    if (event.target.dataset.pick) pick(event.target);
    else if (event.target.matches('.rw-pilots-order select')) {
      set('orde', event.target.value, 'title');
      show();
    }
  });
  for (const name of ['mouseover', 'focusin']) {
    document.addEventListener(name, (event) => { if (inside(event) && find('[data-tie]', shell)) light(event.target); });
  }

  // --- arriving and leaving --------------------------------------------------------------------------------------

  /** The tab is chosen: its address comes back. Another is chosen: it goes. */
  document.addEventListener('click', (event) => {
    const tab = event.target instanceof Element ? event.target.closest('[role="tab"]') : null;
    if (!tab) return;
    if (tab.id === 'rw-tab-pilots-button') {
      if (shell) showAddress();
    } else if (location.hash.startsWith(HERE)) {
      history.replaceState(history.state, '', location.pathname + location.search);
    }
  });

  function wander() {
    if (!location.hash.startsWith(HERE)) return;
    const asked = read();
    if (shell && here() && asked.toString() === state.toString()) return;
    state = asked;
    if (shell && here()) show({ focus: heading(comparing() ? '.rw-pilots-compared h2' : '.rw-pilots-all h2') });
    else find('#rw-tab-pilots-button')?.click();
    if (shell && !here()) show();
  }
  addEventListener('popstate', wander);
  addEventListener('hashchange', wander);

  function unfold() {
    const box = shell && part('filters');
    if (box) box.open = wide.matches;
  }
  wide.addEventListener('change', unfold);

  /** Whether the frame is as the server sends it, before anything is shown in it. */
  const asSent = () => find('.rw-pilots-list > .rw-wait', shell) && part('compared').childElementCount === 0;

  /** The frame is new: the tab was opened, or the page was put in another language. */
  function arrive(fresh) {
    shell = fresh;
    unfold();
    show();
  }

  new MutationObserver(() => {
    const tab = called && find('.rw-header') && find('#rw-tab-pilots-button');
    if (tab) { // an address of the tab opens it
      called = false;
      tab.click();
    }
    const fresh = find('#rw-pilots .rw-pilots');
    // Gradio may also put back the frame as it was sent, in place
    if (fresh && (fresh !== shell || (asSent() && !waiting))) arrive(fresh);
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
