// The tab "Documenten": asks the server for each part with the team key, sends files, and follows the work.
// The key is kept in this script only. The server's HTML holds what documents say as text, escaped there.
(() => {
  'use strict';

  const { find, make, address, team } = window.routewijzer;
  const narrow = matchMedia('(max-width: 999px)');
  const POLL = 700; // milliseconds between two looks at the work
  const SHOWN = 10; // jobs that stay on the page once they are ready

  let key = '';
  let entered = false; // the key was found right
  let shell = null;
  let order = 'title';
  let opened = null; // the id of the document that is shown
  let changed = false; // its form was typed in
  let opener = null;
  let polling = false;
  const works = new Map();

  const words = () => JSON.parse(shell.dataset.words);
  const fill = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const query = (values) => new URLSearchParams(values).toString();
  const part = (name) => find(`.rw-docs-${name}`, shell);
  const path = (id) => `api/documents/${id.split('/').map(encodeURIComponent).join('/')}`;

  function notice(text) {
    part('notice').textContent = text;
    if (text && part('notice').getBoundingClientRect().top < 0) part('notice').scrollIntoView({ block: 'start' });
  }

  function say(text) {
    notice('');
    part('said').textContent = text;
  }

  // --- talking with the server -----------------------------------------------------------------------------------

  class Refused extends Error {}

  function headers() {
    return { 'x-team-key': key, 'accept-language': shell.lang };
  }

  /** What a reply that is no success says, for the visitor. */
  async function told(reply) {
    const body = await reply.json().catch(() => null);
    return body?.error?.message || words().failed;
  }

  async function ask(url, options = {}) {
    let reply;
    try {
      reply = await fetch(address(url), { ...options, headers: { ...headers(), ...options.headers } });
    } catch { // no connection, or a key that cannot be sent as one
      throw new Refused(/^[\x20-\xff]*$/.test(key) ? words().failed : words().key_wrong);
    }
    if (reply.status === 401) {
      lock();
      throw new Refused(words().key_wrong);
    }
    return reply;
  }

  async function fragment(url) {
    const reply = await ask(url);
    if (!reply.ok) throw new Refused(await told(reply));
    return reply.text();
  }

  /** Do something that may be refused, and say so in place of failing. */
  async function attempt(action) {
    try {
      await action();
    } catch (error) {
      notice(error instanceof Refused ? error.message : words().failed);
    }
  }

  // --- the key ---------------------------------------------------------------------------------------------------

  function unlock() {
    entered = true;
    part('key').hidden = true;
    part('room').hidden = false;
    find('[data-docs="leave"]', shell).hidden = false;
    team.give(key);
  }

  function lock() {
    key = '';
    entered = false;
    opened = null;
    works.clear();
    part('key').hidden = false;
    part('room').hidden = true;
    part('detail').hidden = true;
    for (const box of [part('detail'), find('div', part('list')), find('ul', part('work'))]) box.replaceChildren();
    find('[data-docs="leave"]', shell).hidden = true;
    team.take();
  }

  /** The key was given or taken away on another tab. */
  async function heard() {
    if (!shell || !part('room')) return;
    if (!team.key() && entered) lock();
    else if (team.key() && !entered) {
      key = team.key();
      await attempt(async () => {
        await list();
        unlock();
      });
    }
  }

  async function enter() {
    const field = find('#rw-team-key', shell);
    if (!field.value) {
      notice(words().key_needed);
      field.focus();
      return;
    }
    key = field.value;
    await attempt(async () => {
      await list();
      field.value = '';
      unlock();
      find('h2', shell).focus();
    });
    if (!entered) {
      key = '';
      field.focus();
    }
  }

  // --- the list --------------------------------------------------------------------------------------------------

  let latest = 0;

  async function list() {
    latest += 1;
    const mine = latest;
    const html = await fragment(`documenten/lijst?${query({ zoek: find('#rw-docs-search', shell).value, orde: order })}`);
    if (mine !== latest) return;
    find('div', part('list')).innerHTML = html;
    mark();
  }

  function mark() {
    for (const row of shell.querySelectorAll('[data-row]')) {
      row.classList.toggle('rw-chosen', row.dataset.row === opened);
    }
  }

  async function sort(next) {
    const name = next.replace('-', '');
    order = next;
    await list();
    find(`[data-order$="${name}"]`, part('list'))?.focus();
  }

  let typing;
  function searched() {
    clearTimeout(typing);
    typing = setTimeout(() => attempt(list), 250);
  }

  // --- one document ----------------------------------------------------------------------------------------------

  async function open(id, { focus = true } = {}) {
    const html = await fragment(`documenten/document?${query({ id })}`);
    const box = part('detail');
    opened = id;
    changed = false;
    box.innerHTML = html;
    box.hidden = false;
    part('columns').classList.add('rw-docs-both');
    mark();
    if (!focus) return;
    box.scrollTop = 0;
    find('h3', box).focus({ preventScroll: true });
    if (narrow.matches || box.getBoundingClientRect().top > innerHeight - 200) box.scrollIntoView({ block: 'start' });
  }

  function close(goBack) {
    opened = null;
    part('detail').hidden = true;
    part('detail').replaceChildren();
    part('columns').classList.remove('rw-docs-both');
    mark();
    if (goBack) (opener?.isConnected ? opener : find('#rw-docs-search', shell)).focus();
  }

  async function hold(action) {
    const reply = await ask(`${path(opened)}/${action}`, { method: 'POST' });
    if (!reply.ok) throw new Refused(await told(reply));
    await Promise.all([open(opened), list()]);
    say(action === 'release' ? words().released : words().withheld);
  }

  function second(show) {
    const box = part('sure');
    const button = find('[data-docs="remove"]', shell);
    box.hidden = !show;
    button.setAttribute('aria-expanded', String(show));
    (show ? box : button).focus();
  }

  async function remove() {
    const id = opened;
    const reply = await ask(path(id), { method: 'DELETE' });
    if (!reply.ok) throw new Refused(await told(reply));
    close(true);
    follow((await reply.json()).id);
  }

  async function describe(form) {
    const values = {};
    for (const field of form.querySelectorAll('[id^="rw-f-"]')) {
      if (field.dataset.list) values[field.dataset.list] = [...field.querySelectorAll(':checked')].map((one) => one.value);
      else if (field.name) values[field.name] = field.value;
    }
    const reply = await ask(`documenten/gegevens?${query({ id: form.dataset.id })}`, {
      method: 'POST', body: JSON.stringify(values), headers: { 'content-type': 'application/json' },
    });
    if (reply.status === 202) {
      changed = false;
      follow((await reply.json()).id);
    } else if (reply.status === 422 && reply.headers.get('content-type').startsWith('text/html')) {
      const box = form.parentElement;
      form.outerHTML = await reply.text();
      find('.rw-docs-faults', box)?.focus();
    } else throw new Refused(await told(reply));
  }

  // --- the text --------------------------------------------------------------------------------------------------

  const text = (version, first) => fragment(`documenten/tekst?${query({ id: opened, versie: version, vanaf: first })}`);

  async function showText(details) {
    const box = find('.rw-docs-text', details);
    if (box.childElementCount === 0) box.innerHTML = await text(details.dataset.textOf, 0);
  }

  async function showVersion(version) {
    const details = find('[data-text-of]', shell);
    find('.rw-docs-text', details).innerHTML = await text(version, 0);
    details.dataset.textOf = version;
    details.open = true;
    find('summary', details).focus();
    details.scrollIntoView({ block: 'start' });
  }

  async function showMore(button) {
    const fresh = make('div', { tabindex: '-1' });
    fresh.innerHTML = await text(button.dataset.of, button.dataset.more);
    button.replaceWith(fresh);
    fresh.focus({ preventScroll: true });
  }

  // --- sending files ---------------------------------------------------------------------------------------------

  async function send(files, replaces) {
    const most = Number(shell.dataset.files);
    const w = words();
    const refused = [];
    if (files.length > most) refused.push(fill(w.too_many, { most, left: files.length - most }));
    say('');
    for (const file of [...files].slice(0, most)) {
      const wrong = file.size > Number(shell.dataset.most) * 1e6 ? w.too_large : file.size === 0 ? w.empty_file : null;
      if (wrong) refused.push(fill(wrong, { name: file.name, most: shell.dataset.most }));
      else {
        const problem = await sendOne(file, replaces);
        if (problem) refused.push(problem);
        if (!key) return;
      }
      notice(refused.join('\n'));
    }
    notice(refused.join('\n'));
  }

  /** Send one file as a job of its own; gives what went wrong. */
  function sendOne(file, replaces) {
    const w = words();
    const bar = make('progress', { max: '1', value: '0', 'aria-label': `${w.sending}: ${file.name}` });
    const head = make('p', { class: 'rw-job-head' }, make('span', { class: 'rw-job-name' }, file.name), ` ${w.sending}`);
    const row = make('li', {}, head, bar, make('p', { class: 'rw-about' }, w.stop_hint));
    part('work').hidden = false;
    find('ul', part('work')).prepend(row);
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      request.open(replaces ? 'PUT' : 'POST', address(replaces ? path(replaces) : 'api/documents'));
      for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
      request.responseType = 'json';
      request.upload.addEventListener('progress', (event) => {
        bar.value = event.total ? event.loaded / event.total : 0;
      });
      request.addEventListener('loadend', () => {
        row.remove();
        if (request.status === 202) follow(request.response.id);
        else if (request.status === 401) lock();
        const said = request.status === 413 ? w.too_large_server : w.send_failed;
        const reason = request.response?.error?.message;
        const problem = request.status === 422 && reason ? `${file.name}: ${reason}` : fill(said, { name: file.name });
        if (request.status === 401) notice(w.key_wrong);
        tidy();
        done(request.status === 202 ? null : problem);
      });
      const form = new FormData();
      form.append('file', file);
      request.send(form);
    });
  }

  async function fetchPage() {
    const field = find('#rw-url', shell);
    const url = field.value.trim();
    if (!/^https?:\/\/\S+$/.test(url)) {
      field.focus();
      throw new Refused(words().web_invalid);
    }
    const reply = await ask('api/documents/fetch', {
      method: 'POST', body: JSON.stringify({ url }), headers: { 'content-type': 'application/json' },
    });
    if (!reply.ok) throw new Refused(await told(reply));
    field.value = '';
    follow((await reply.json()).id);
  }

  // --- following the work ----------------------------------------------------------------------------------------

  const busy = () => [...works].filter(([, state]) => state === 'queued' || state === 'running').map(([id]) => id);

  function follow(id) {
    works.set(id, 'queued');
    find('ul', part('work')).prepend(make('li', { 'data-job': id }));
    tidy();
    poll();
  }

  /** Say how much is ready, and let go of what was ready long ago. */
  function tidy() {
    const rows = find('ul', part('work'));
    const ready = [...works].filter(([, state]) => state === 'done' || state === 'failed');
    for (const [id] of ready.slice(0, Math.max(0, works.size - SHOWN))) {
      works.delete(id);
      find(`[data-job="${id}"]`, rows)?.remove();
    }
    part('work').hidden = rows.childElementCount === 0;
    const left = busy().length;
    const line = works.size ? fill(words().work_status, { done: works.size - left, total: works.size }) : '';
    const status = find('[role="status"]', part('work'));
    if (status.textContent !== line) status.textContent = line;
  }

  async function poll() {
    if (polling) return;
    polling = true;
    try {
      while (key && busy().length) {
        await look(busy());
        if (busy().length) await new Promise((done) => setTimeout(done, POLL));
      }
    } finally {
      polling = false;
    }
  }

  async function look(ids) {
    let found;
    try {
      const reply = await ask(`documenten/werk?${ids.slice(0, 100).map((id) => query({ id })).join('&')}`);
      if (!reply.ok) throw new Refused(await told(reply));
      found = await reply.json();
    } catch (error) {
      if (!key) notice(error.message);
      else await new Promise((done) => setTimeout(done, 2000)); // the connection may come back
      return;
    }
    const ready = [];
    for (const job of found) {
      if (!works.has(job.id)) continue; // the tab was locked meanwhile
      works.set(job.id, job.state);
      const row = find(`[data-job="${job.id}"]`, shell);
      if (row && row.dataset.last !== job.html) {
        row.innerHTML = job.html;
        row.dataset.last = job.html;
      }
      if (job.state === 'done' || job.state === 'failed') ready.push(job);
    }
    tidy();
    if (ready.length) await attempt(() => renew(ready));
  }

  /** After work that is ready: the list, and the document that is open where it was touched. */
  async function renew(ready) {
    await list();
    const mine = ready.find((job) => job.touched.includes(opened));
    if (mine && !changed) await open(opened, { focus: false });
    if (mine?.kind === 'describe' && mine.state === 'done') say(words().saved);
  }

  // --- one listener for all --------------------------------------------------------------------------------------

  const actions = {
    leave: () => { lock(); part('columns').classList.remove('rw-docs-both'); find('#rw-team-key', shell).focus(); },
    close: () => close(true),
    release: () => attempt(() => hold('release')),
    withhold: () => attempt(() => hold('withhold')),
    remove: () => second(part('sure').hidden),
    'remove-no': () => second(false),
    'remove-yes': () => attempt(remove),
  };

  function clicked(button) {
    notice('');
    const { docs, document: id, order: next, version, more } = button.dataset;
    if (docs) actions[docs]?.();
    else if (id) {
      opener = button;
      attempt(() => open(id));
    } else if (next) attempt(() => sort(next));
    else if (version) attempt(() => showVersion(version));
    else if (more) attempt(() => showMore(button));
  }

  const forms = { key: enter, fetch: () => attempt(fetchPage), describe: (form) => attempt(() => describe(form)) };
  const inside = (event) => shell && event.target instanceof Element && shell.contains(event.target);
  const working = () => shell && !part('room')?.hidden && shell.offsetParent !== null;

  document.addEventListener('click', (event) => {
    const button = inside(event) ? event.target.closest('button') : null;
    if (button) clicked(button);
  });
  document.addEventListener('submit', (event) => {
    if (!inside(event)) return;
    event.preventDefault();
    notice('');
    forms[event.target.dataset.docs]?.(event.target);
  });
  document.addEventListener('change', (event) => {
    if (!inside(event) || event.target.type !== 'file') return;
    const files = [...event.target.files];
    event.target.value = '';
    if (files.length) send(files, event.target.matches('.rw-docs-replace') ? opened : null);
  });
  document.addEventListener('input', (event) => {
    if (!inside(event)) return;
    if (event.target.id === 'rw-docs-search') searched();
    else if (event.target.closest('.rw-docs-form')) changed = true;
  });
  document.addEventListener('toggle', (event) => {
    if (inside(event) && event.target.open && event.target.dataset.textOf) attempt(() => showText(event.target));
  }, true);
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && inside(event) && part('sure') && !part('sure').hidden) second(false);
  });

  const drags = (event) => working() && [...(event.dataTransfer?.types || [])].includes('Files');
  document.addEventListener('dragover', (event) => {
    if (!drags(event)) return;
    event.preventDefault();
    shell.classList.add('rw-dropping');
  });
  document.addEventListener('dragleave', (event) => {
    if (shell && !event.relatedTarget) shell.classList.remove('rw-dropping');
  });
  document.addEventListener('drop', (event) => {
    if (!drags(event)) return;
    event.preventDefault();
    shell.classList.remove('rw-dropping');
    if (event.dataTransfer.files.length) send([...event.dataTransfer.files], null);
  });

  /** The frame is new: the tab was opened, or the page was put in another language. */
  function arrive(fresh) {
    shell = fresh;
    if (!entered) heard();
    if (!entered || !part('room')) return;
    unlock();
    const rows = find('ul', part('work'));
    rows.replaceChildren();
    for (const id of works.keys()) {
      works.set(id, 'queued'); // so that each is told anew, in the language of now
      rows.prepend(make('li', { 'data-job': id }));
    }
    attempt(async () => {
      await list();
      if (opened) await open(opened, { focus: false });
    });
    tidy();
    poll();
  }

  document.addEventListener('routewijzer:team', heard);
  new MutationObserver(() => {
    const fresh = find('#rw-documents .rw-docs');
    // Gradio may also put back the frame as it was sent, in place
    if (fresh && (fresh !== shell || (entered && !part('key').hidden))) arrive(fresh);
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
