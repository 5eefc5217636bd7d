// The tab "Start je route": one question at a time, then the plan. Answers and ticks are kept in this browser only.
// The server's HTML holds what documents and visitors say as text, escaped there.
(() => {
  'use strict';

  const { find, address, closeSource } = window.routewijzer;
  const root = document.documentElement;
  const NAMES = ['rol', 'sector', 'niveau', 'situatie'];

  let shell = null;
  let at = 0; // the question that is shown
  let typed = ''; // the answers so far
  let opened = ''; // the answers of the plan that is shown, as they stand in an address
  let shared = false; // that plan came with the address, and is not the visitor's own
  let latest = 0;
  let waiting = false; // a plan is on its way, and nothing else is shown

  const words = () => JSON.parse(shell.dataset.words);
  const fill = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const all = (selector, within = shell) => [...within.querySelectorAll(selector)];
  const form = () => find('.rw-route-form', shell);
  const screens = () => all('[data-screen]');

  // --- what is kept ----------------------------------------------------------------------------------------------

  function kept(name, value) {
    try {
      if (value === null) localStorage.removeItem(`routewijzer-route-${name}`);
      else if (value !== undefined) localStorage.setItem(`routewijzer-route-${name}`, JSON.stringify(value));
      return JSON.parse(localStorage.getItem(`routewijzer-route-${name}`));
    } catch { // a browser may refuse to keep anything
      return null;
    }
  }

  const ticks = (role) => new Set([kept(`done-${role}`)].flat().filter((id) => typeof id === 'string'));

  // --- the questions ---------------------------------------------------------------------------------------------

  function notice(text) {
    const line = find('.rw-route-notice', shell);
    line.textContent = text;
    line.hidden = !text;
  }

  const role = () => find('[name="rol"]:checked', form())?.value;
  const isOther = () => find('[name="sector"]:checked', form())?.value === 'anders';

  /** What depends on an answer: the field for another sector, and partners that a role is itself. */
  function adapt() {
    find('.rw-route-other', shell).hidden = !isOther();
    for (const choice of all('[data-without]', form())) {
      choice.hidden = choice.dataset.without.split(' ').includes(role());
    }
  }

  function show(number, focus = true) {
    at = number;
    screens().forEach((screen, place) => { screen.hidden = place !== at; });
    form().hidden = false;
    find('.rw-route-columns', shell).hidden = true;
    find('.rw-route-intro', shell).hidden = at > 0;
    find('[data-route="back"]', shell).hidden = at === 0;
    find('.rw-route-next', shell).textContent = at === screens().length - 1 ? words().make : words().next;
    notice('');
    adapt();
    remind();
    if (!focus) return;
    const heading = find('h2', screens()[at]);
    heading.focus({ preventScroll: true });
    if (heading.getBoundingClientRect().top < 0) heading.scrollIntoView({ block: 'start' });
  }

  /** The plan that was made here before, offered at the first question. */
  function remind() {
    const own = kept('last');
    const box = find('.rw-route-stored', shell);
    box.hidden = at > 0 || !own?.query;
    if (own?.query) find('p', box).textContent = fill(words().stored, { about: own.about });
  }

  /** What is missing on the question that is shown; nothing where it is answered. */
  function missing() {
    const screen = screens()[at];
    const names = new Set(all('[type="radio"]', screen).map((one) => one.name));
    const first = [...names].find((name) => !find(`[name="${name}"]:checked`, screen));
    if (first && !first.startsWith('situatie-')) return [words().choose, find(`[name="${first}"]`, screen)];
    const field = find('#rw-route-other', screen);
    if (field && isOther() && !field.value.trim()) return [words().name_sector, field];
    return null;
  }

  function answered() {
    const given = new FormData(form());
    const situation = [...given].filter(([name, value]) => name.startsWith('situatie') && value).map(([, value]) => value);
    const offered = situation.filter((value) => !find(`[value="${value}"]`, form()).closest('[data-without]')?.hidden);
    const values = {
      rol: given.get('rol'),
      sector: isOther() ? given.get('anders').trim() : given.get('sector'),
      niveau: given.get('niveau'),
      situatie: offered.join(','),
    };
    return new URLSearchParams(NAMES.filter((name) => values[name]).map((name) => [name, values[name]])).toString();
  }

  /** The answers of an address, put back in the form. */
  function refill(query) {
    const given = new URLSearchParams(query);
    const check = (name, value) => {
      const field = all(`[name="${name}"]`, form()).find((one) => one.value === value);
      if (field) field.checked = true;
      return Boolean(field);
    };
    form().reset();
    check('rol', given.get('rol'));
    if (!check('sector', given.get('sector') || '')) {
      check('sector', 'anders');
      find('#rw-route-other', shell).value = given.get('sector');
    }
    check('niveau', given.get('niveau') || '');
    const chosen = (given.get('situatie') || '').split(',');
    for (const field of all('[name^="situatie"]', form())) {
      field.checked = field.value ? chosen.includes(field.value) : field.checked;
    }
    adapt();
  }

  async function next() {
    const wanting = missing();
    if (wanting) {
      notice(wanting[0]);
      wanting[1].focus();
    } else if (at < screens().length - 1) show(at + 1);
    else await plan(answered(), { own: true });
  }

  // --- the plan --------------------------------------------------------------------------------------------------

  function showAddress(query) {
    const parts = new URLSearchParams(query);
    if (query && shell.lang === 'en') parts.set('taal', 'en');
    const text = parts.toString();
    history.replaceState(history.state, '', text ? `?${text}` : location.pathname);
  }

  /** Ask the server for a plan and show it; `own`: the visitor made it, so that it is kept. */
  async function plan(query, { own = false, focus = true } = {}) {
    latest += 1;
    const mine = latest;
    let html = '';
    let problem = '';
    waiting = true;
    try {
      const reply = await fetch(address(`route/plan?${query}&taal=${shell.lang}`), {
        headers: { 'accept-language': shell.lang },
      });
      if (reply.ok) html = await reply.text();
      else problem = (await reply.json().catch(() => null))?.error?.message || words().failed;
    } catch { // no connection
      problem = words().failed;
    }
    if (mine !== latest) return;
    waiting = false;
    if (problem) {
      if (form().hidden || screens().every((screen) => screen.hidden)) show(0, false);
      notice(problem);
      return;
    }
    closeSource(false);
    const box = find('.rw-route-plan', shell);
    box.innerHTML = html;
    form().hidden = true;
    find('.rw-route-columns', shell).hidden = false;
    const made = find('.rw-plan', box);
    opened = made.dataset.query;
    shared = !own;
    if (own) kept('last', { query: opened, about: made.dataset.about });
    refill(opened);
    typed = opened;
    showAddress(opened);
    link(made);
    const done = ticks(made.dataset.role);
    for (const tick of all('[data-done]', made)) tick.checked = done.has(tick.dataset.done);
    count(made);
    if (!focus) return;
    find('h2', made).focus({ preventScroll: true });
    shell.scrollIntoView({ block: 'start' });
  }

  /** The address of the plan as this browser has it: the server may stand behind another name. */
  function link(made) {
    const parts = new URLSearchParams(opened);
    if (shell.lang === 'en') parts.set('taal', 'en');
    const whole = address(`?${parts}`);
    find('[data-copy]', made).dataset.copy = whole;
    const shown = find('.rw-route-link a', made);
    shown.href = whole;
    shown.textContent = whole;
  }

  /** How much is ticked off, in all and in each phase; what is taken along tells it too. */
  function count(made) {
    const boxes = all('[data-done]', made);
    const done = boxes.filter((box) => box.checked).map((box) => box.dataset.done);
    find('.rw-route-progress strong', made).textContent = fill(words().progress, { done: done.length, total: boxes.length });
    for (const phase of all('section[data-phase]', made)) {
      const inside = all('[data-done]', phase);
      const values = { done: inside.filter((box) => box.checked).length, total: inside.length };
      find(`[data-phase-done="${phase.dataset.phase}"]`, made).textContent = fill(words().phase_progress, values);
    }
    for (const file of all('[data-download]', made)) {
      file.href = `${file.dataset.download}${done.length ? `&gedaan=${encodeURIComponent(done.join(','))}` : ''}`;
    }
    return done;
  }

  function tick() {
    const made = find('.rw-plan', shell);
    // what was ticked under other answers of this role stays ticked
    const elsewhere = [...ticks(made.dataset.role)].filter((id) => !find(`[data-done="${id}"]`, made));
    kept(`done-${made.dataset.role}`, [...elsewhere, ...count(made)]);
  }

  function again() {
    const made = find('.rw-plan', shell);
    if (!shared) {
      kept('last', null);
      kept(`done-${made.dataset.role}`, null);
    }
    leave();
    form().reset();
    typed = '';
    show(0);
  }

  function leave() {
    closeSource(false);
    opened = '';
    shared = false;
    find('.rw-route-plan', shell).replaceChildren();
    showAddress('');
  }

  const actions = {
    back: () => show(at - 1),
    stored: () => plan(kept('last').query, { own: true }),
    print: () => window.print(),
    change: () => { leave(); show(0); },
    again,
  };

  // --- one listener for all --------------------------------------------------------------------------------------

  const inside = (event) => shell && event.target instanceof Element && shell.contains(event.target);

  document.addEventListener('click', (event) => {
    if (!inside(event)) return;
    const button = event.target.closest('button');
    if (button?.dataset.route) actions[button.dataset.route]();
    if (button?.dataset.ask) find('#rw-tabs [role="tab"]').click(); // page.js asks it there
    const jump = event.target.closest('a[data-phase]');
    if (!jump) return;
    event.preventDefault(); // the address is that of the plan
    const heading = find(`#rw-phase-${jump.dataset.phase}`, shell);
    heading.focus({ preventScroll: true });
    heading.scrollIntoView({ block: 'start' });
  });
  document.addEventListener('submit', (event) => {
    if (!inside(event)) return;
    event.preventDefault();
    next();
  });
  document.addEventListener('change', (event) => {
    if (!inside(event)) return;
    if (event.target.dataset.done) tick();
    else if (form().contains(event.target)) {
      notice('');
      adapt();
      typed = answered();
    }
  });

  // --- arriving --------------------------------------------------------------------------------------------------

  /** Whether the plan is what is seen now, so that printing prints it alone. */
  const watchSize = new ResizeObserver(() => {
    root.classList.toggle('rw-plan-shown', Boolean(find('.rw-plan', shell)?.offsetParent));
  });

  /** Whether the frame shows neither a question nor a plan, as the server sends it. */
  const asSent = () => screens().length > 0 && screens().every((screen) => screen.hidden) && !find('.rw-plan', shell);

  /** The frame is new: the tab was opened, or the page was put in another language. */
  function arrive(fresh) {
    const before = shell !== null;
    shell = fresh;
    if (!find('.rw-route-form', shell)) return;
    watchSize.disconnect();
    watchSize.observe(shell);
    watchSize.observe(find('.rw-route-plan', shell));
    const asked = new URLSearchParams(location.search);
    const given = new URLSearchParams(NAMES.filter((name) => asked.get(name)).map((name) => [name, asked.get(name)]));
    if (opened) plan(opened, { own: !shared, focus: false });
    else if (before) {
      if (typed) refill(typed);
      show(at, false);
    } else if (given.get('rol')) plan(given.toString(), { own: kept('last')?.query === given.toString(), focus: false });
    else show(0, false);
  }

  let called = new URLSearchParams(location.search).has('rol');
  new MutationObserver(() => {
    const tab = called && find('.rw-header') && find('#rw-tab-route-button');
    if (tab) { // an address with answers opens the tab
      called = false;
      tab.click();
    }
    const fresh = find('#rw-route .rw-route');
    // Gradio may also put back the frame as it was sent, in place
    if (fresh && (fresh !== shell || (asSent() && !waiting))) arrive(fresh);
  }).observe(root, { childList: true, subtree: true });
})();
