// What goes with a question: who asks, in which documents is looked, whether the answer helped, and keeping it.
// Text enters the page as text; the server's HTML holds what documents say as text, escaped there.
(() => {
  'use strict';

  const { find, make, words, address, fill, kept, permanent, link, team } = window.routewijzer;
  const root = document.documentElement;

  async function post(path, body, headers = {}) {
    const reply = await fetch(address(path), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'accept-language': root.lang, ...headers },
      body: JSON.stringify(body),
    });
    if (!reply.ok) throw new Error((await reply.json().catch(() => null))?.error?.message || '');
    return reply;
  }

  const done = (element) => find('.rw-done', element);

  // --- who asks --------------------------------------------------------------------------------------------------

  /** Only the questions of one kind of visitor, or the first of each. */
  function choose(group) {
    for (const button of document.querySelectorAll('.rw-who [data-group]')) {
      button.setAttribute('aria-pressed', String(button.dataset.group === group));
    }
    find('.rw-groups')?.classList.toggle('rw-one-group', Boolean(group));
    for (const section of document.querySelectorAll('.rw-groups [data-of]')) {
      section.hidden = Boolean(group) && section.dataset.of !== group;
    }
  }

  function pressed(button) {
    const group = button.getAttribute('aria-pressed') === 'true' ? '' : button.dataset.group;
    kept('group', group);
    choose(group);
  }

  function welcome(fresh) {
    const group = kept('group') || '';
    if (group && fresh.querySelector(`[data-group="${CSS.escape(group)}"]`)) choose(group);
  }

  // --- in which documents ----------------------------------------------------------------------------------------

  let choice = {};
  let mode = '';

  const narrowing = () => JSON.stringify({ ...choice, mode });
  const chosen = () => Object.values(choice).some(Boolean);

  /** The line that opens the choices says what is chosen, so that nobody forgets it while they are closed. */
  function tell() {
    const box = find('.rw-narrow');
    if (!box) return;
    const what = [...box.querySelectorAll('[data-facet]')]
      .filter((field) => field.value)
      .map((field) => field.selectedOptions[0].textContent.replace(/ \(\d+\)$/, ''));
    const line = what.length ? fill(words().narrowed, { what: what.join(', ') }) : words().narrow;
    find('summary', box).textContent = line;
    box.classList.toggle('rw-narrowed', what.length > 0);
  }

  let latest = 0;
  let pending = 0;

  async function choices() {
    latest += 1;
    const mine = latest;
    pending += 1;
    const box = find('.rw-narrow-choices');
    const focused = box.contains(document.activeElement) ? document.activeElement.id : '';
    try {
      const query = new URLSearchParams({ keuze: JSON.stringify(choice) });
      const reply = await fetch(address(`vraag/keuzes?${query}`), { headers: { 'accept-language': root.lang } });
      if (!reply.ok) throw new Error(String(reply.status));
      const html = await reply.text();
      if (mine !== latest) return;
      box.innerHTML = html;
      if (focused) find(`#${focused}`, box)?.focus();
    } catch {
      choice = {};
      box.replaceChildren(make('p', { class: 'rw-about' }, words().narrow_failed));
    } finally {
      pending -= 1;
    }
    tell();
  }

  function widen() {
    choice = {};
    if (find('.rw-narrow [data-facet]')) choices();
  }

  /** The page was put in another language, perhaps in place: what was chosen stays so. */
  function restored() {
    const box = find('.rw-narrow');
    const writer = box && find('#rw-mode', box);
    if (writer && writer.value !== mode) writer.value = mode;
    if (box && chosen() && !pending && !find('[data-facet]', box)) choices();
  }

  // --- did it help -----------------------------------------------------------------------------------------------

  async function judge(box, verdict, comment) {
    const said = done(find('.rw-helped', box));
    const body = { question_id: box.dataset.questionId, verdict };
    try {
      await post('api/feedback', comment ? { ...body, comment } : body);
      for (const button of box.querySelectorAll('[data-feedback]')) {
        button.setAttribute('aria-pressed', String(button.dataset.feedback === verdict));
      }
      find('.rw-why', box).hidden = verdict !== 'down' || Boolean(comment);
      said.textContent = comment ? words().sent : words().thanks;
      return true;
    } catch {
      said.textContent = words().feedback_failed;
      return false;
    }
  }

  async function explain(form) {
    const reason = find('input:checked', form)?.value || '';
    const comment = find('textarea', form).value.trim();
    const box = form.closest('.rw-judge');
    const whole = [reason, comment].filter(Boolean).join(': ');
    if (whole && await judge(box, 'down', whole)) find('[data-feedback="down"]', box).focus();
    else if (!whole) find('input', form).focus();
  }

  // --- keeping it ------------------------------------------------------------------------------------------------

  async function save(button) {
    const said = done(button.parentElement);
    said.textContent = words().saving;
    try {
      const page = permanent('').split('#')[0];
      const reply = await post('vraag/bewaar', { token: link(), form: button.dataset.save, page });
      const name = decodeURIComponent(/filename\*=UTF-8''([^;]+)/.exec(reply.headers.get('content-disposition'))[1]);
      const url = URL.createObjectURL(await reply.blob());
      const anchor = make('a', { href: url, download: name, class: 'rw-hidden' });
      document.body.append(anchor);
      anchor.click();
      anchor.remove();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
      said.textContent = '';
    } catch (error) {
      said.textContent = error.message && !(error instanceof TypeError) ? error.message : words().save_failed;
    }
  }

  // --- the steps, for the team -----------------------------------------------------------------------------------

  async function steps(details) {
    const form = find('form', details);
    const key = find('input', form).value || team.key();
    if (!key) {
      find('input', form).focus();
      return;
    }
    const said = done(details);
    said.textContent = words().trace_working;
    const question = find('#rw-newest .rw-answer').dataset.question;
    const history = [...document.querySelectorAll('.rw-earlier summary')].map((one) => ({ question: one.textContent }));
    try {
      const reply = await post('vraag/stappen', { question, history, narrowing: narrowing() }, { 'x-team-key': key });
      find('.rw-steps', details).innerHTML = await reply.text();
      form.hidden = true;
      find('input', form).value = '';
      said.textContent = '';
      team.give(key);
    } catch (error) {
      form.hidden = false;
      said.textContent = error.message && !(error instanceof TypeError) ? error.message : words().failed;
    }
  }

  // --- one listener for all --------------------------------------------------------------------------------------

  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest('button') : null;
    if (!button) return;
    if (button.dataset.group) pressed(button);
    else if (button.dataset.feedback) judge(button.closest('.rw-judge'), button.dataset.feedback, '');
    else if (button.dataset.save) save(button);
    else if ('narrowClear' in button.dataset) {
      widen();
      find('.rw-narrow summary').focus();
    }
  });
  document.addEventListener('change', (event) => {
    if (event.target.id === 'rw-mode') mode = event.target.value;
    if (!event.target.dataset?.facet) return;
    choice[event.target.dataset.facet] = event.target.value;
    choices();
  });
  document.addEventListener('submit', (event) => {
    if ('why' in event.target.dataset || 'trace' in event.target.dataset) event.preventDefault();
    if ('why' in event.target.dataset) explain(event.target);
    if ('trace' in event.target.dataset) steps(event.target.closest('details'));
  });
  document.addEventListener('toggle', (event) => {
    if (!event.target.open) return;
    const box = event.target.closest('.rw-narrow');
    if (box && !find('[data-facet]', box)) choices();
    if (event.target.matches('.rw-trace') && team.key() && !find('.rw-steps', event.target).childElementCount) {
      steps(event.target);
    }
  }, true);

  let greeted = null;
  new MutationObserver(() => {
    const examples = find('.rw-examples');
    if (examples && examples !== greeted) welcome(examples);
    greeted = examples;
    restored();
  }).observe(root, { childList: true, subtree: true });

  Object.assign(window.routewijzer, { narrowing, widen });
})();
