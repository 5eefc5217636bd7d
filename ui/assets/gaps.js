// The tab "Kennislacunes": asks the server for the questions without an answer and the figures, with the team key.
// The server's HTML holds what visitors and documents say as text, escaped there.
(() => {
  'use strict';

  const { find, make, address, team } = window.routewijzer;
  let shell = null;
  let entered = false;
  let drafted = ''; // the text of the open draft as it came, to see whether a person changed it

  const words = () => JSON.parse(shell.dataset.words);
  const part = (name) => find(`.rw-gaps-${name}`, shell);
  const query = (values) => new URLSearchParams(values).toString();

  function notice(text) {
    part('notice').textContent = text;
  }

  function say(text) {
    notice('');
    part('said').textContent = text;
  }

  // --- talking with the server -----------------------------------------------------------------------------------

  class Refused extends Error {}

  async function ask(path, options = {}, key = team.key()) {
    let reply;
    try {
      const headers = { 'x-team-key': key, 'accept-language': shell.lang, ...options.headers };
      reply = await fetch(address(`lacunes/${path}`), { ...options, headers });
    } catch { // no connection, or a key that cannot be sent as one
      throw new Refused(/^[\x20-\xff]*$/.test(key) ? words().failed : words().key_wrong);
    }
    if (reply.status === 401) {
      team.take();
      throw new Refused(words().key_wrong);
    }
    if (!reply.ok) throw new Refused((await reply.json().catch(() => null))?.error?.message || words().failed);
    return reply;
  }

  async function attempt(action) {
    try {
      notice('');
      await action();
    } catch (error) {
      notice(error instanceof Refused ? error.message : words().failed);
    }
  }

  // --- the key ---------------------------------------------------------------------------------------------------

  async function enter(focus) {
    const field = find('#rw-gaps-key', shell);
    const key = field.value || team.key();
    if (!key) {
      notice(words().key_needed);
      field.focus();
      return;
    }
    await attempt(async () => {
      await fill(key);
      entered = true;
      field.value = '';
      part('key').hidden = true;
      part('room').hidden = false;
      find('[data-gaps="leave"]', shell).hidden = false;
      team.give(key);
      if (focus) find('h2', shell).focus();
    });
    if (!entered && focus) field.focus();
  }

  function leave() {
    entered = false;
    part('key').hidden = false;
    part('room').hidden = true;
    for (const box of [part('list'), find('div', part('figures'))]) box.replaceChildren();
    find('[data-gaps="leave"]', shell).hidden = true;
    say('');
  }

  /** The key was given or taken away on another tab. */
  function heard() {
    if (!shell || !part('room')) return;
    if (!team.key() && entered) leave();
    else if (team.key() && !entered) {
      part('key').hidden = true; // until the list is there, or the key turns out not to be right
      enter(false).then(() => { part('key').hidden = entered; });
    }
  }

  // --- the list and the figures ----------------------------------------------------------------------------------

  function wanted() {
    return { orde: find('[data-sort]', shell).value, opgelost: find('[data-solved]', shell).checked };
  }

  async function list(key) {
    part('list').innerHTML = await (await ask(`lijst?${query(wanted())}`, {}, key)).text();
  }

  async function fill(key) {
    const figures = await (await ask('cijfers', {}, key)).text();
    await list(key);
    const box = find('div', part('figures'));
    box.innerHTML = figures;
    const plot = find('.rw-plot', box);
    if (plot) requestAnimationFrame(() => { plot.scrollLeft = plot.scrollWidth; });
  }

  async function more(button) {
    const html = await (await ask(`lijst?${query({ ...wanted(), vanaf: button.dataset.more })}`)).text();
    const row = button.closest('li');
    const before = row.previousElementSibling;
    row.insertAdjacentHTML('afterend', html);
    row.remove();
    find('h4', before.nextElementSibling).focus();
  }

  async function solve(button, ids, solved) {
    await ask('opgelost', {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ids, solved }),
    });
    const row = button.closest('.rw-gap');
    const next = row.nextElementSibling || row.previousElementSibling;
    await list();
    const again = next?.dataset.gap && find(`[data-gap="${next.dataset.gap}"] h4`, shell);
    (again || find('h2', shell)).focus();
    say(solved ? words().solved : words().reopened);
  }

  function download(blob, name) {
    const url = URL.createObjectURL(blob);
    const anchor = make('a', { href: url, download: name, class: 'rw-hidden' });
    document.body.append(anchor);
    anchor.click();
    anchor.remove();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  async function save(form) {
    say(words().saving);
    const reply = await ask(`bewaar?${query({ vorm: form })}`);
    const name = decodeURIComponent(/filename\*=UTF-8''([^;]+)/.exec(reply.headers.get('content-disposition'))[1]);
    download(await reply.blob(), name);
    say('');
  }

  // --- the beginning of a document -------------------------------------------------------------------------------

  async function draft(row, values = {}) {
    const box = find('.rw-draft', row);
    const reply = await ask(`document?${query({ id: row.dataset.gap, ...values })}`);
    box.innerHTML = await reply.text();
    box.dataset.name = decodeURIComponent(reply.headers.get('x-filename'));
    box.hidden = false;
    drafted = find('textarea', box).value;
    find('[data-draft]', row).setAttribute('aria-expanded', 'true');
  }

  function closeDraft(row) {
    const box = find('.rw-draft', row);
    box.hidden = true;
    box.replaceChildren();
    find('[data-draft]', row).setAttribute('aria-expanded', 'false');
    find('[data-draft]', row).focus();
  }

  async function open(button) {
    const row = button.closest('.rw-gap');
    if (!find('.rw-draft', row).hidden) closeDraft(row);
    else {
      await draft(row);
      find('h5', row).focus();
    }
  }

  /** Another kind or title gives another text, as long as nobody wrote in it. */
  async function renew(field) {
    const row = field.closest('.rw-gap');
    if (find('textarea', row).value !== drafted) return;
    const kind = field.matches('[data-draft-kind]');
    await draft(row, { soort: find('[data-draft-kind]', row).value, titel: find('[data-draft-title]', row).value });
    if (kind) find('[data-draft-kind]', row).focus();
  }

  function openDocuments() {
    find('#rw-tabs [role="tab"][data-tab-id="documents"]')?.click();
    const place = () => find('#rw-documents h2');
    const look = (left) => (place() ? place().focus() : left && setTimeout(look, 100, left - 1));
    look(20);
  }

  // --- one listener for all --------------------------------------------------------------------------------------

  const inside = (event) => shell && event.target instanceof Element && shell.contains(event.target);

  document.addEventListener('click', (event) => {
    const button = inside(event) ? event.target.closest('button') : null;
    if (!button) return;
    const { gaps, solve: ids, reopen, more: from, draft: wish, draftSave, export: form } = button.dataset;
    if (gaps === 'leave') {
      team.take();
      find('#rw-gaps-key', shell).focus();
    } else if (ids) attempt(() => solve(button, JSON.parse(ids), true));
    else if (reopen) attempt(() => solve(button, JSON.parse(reopen), false));
    else if (from) attempt(() => more(button));
    else if (wish) attempt(() => open(button));
    else if (form) attempt(() => save(form));
    else if (draftSave) {
      const box = button.closest('.rw-draft');
      download(new Blob([find('textarea', box).value], { type: 'text/markdown' }), box.dataset.name);
    } else if ('draftOpen' in button.dataset) openDocuments();
    else if ('draftClose' in button.dataset) closeDraft(button.closest('.rw-gap'));
  });
  document.addEventListener('submit', (event) => {
    if (!inside(event)) return;
    event.preventDefault();
    enter(true);
  });
  document.addEventListener('change', (event) => {
    if (!inside(event)) return;
    if (event.target.matches('[data-sort], [data-solved]')) attempt(list);
    else if (event.target.matches('[data-draft-kind], [data-draft-title]')) attempt(() => renew(event.target));
  });

  document.addEventListener('routewijzer:team', heard);
  new MutationObserver(() => {
    const fresh = find('#rw-gaps-tab .rw-gaps');
    // Gradio may also put back the frame as it was sent, in place
    if (!fresh || (fresh === shell && !(entered && find('.rw-gaps-room', fresh).hidden))) return;
    shell = fresh;
    entered = false;
    heard();
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
