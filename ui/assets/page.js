// What the page does by itself: colours, language, the address and copying; source.js shows the sources, ask.js does
// what goes with a question.
// One listener for the whole document, as Gradio renews its parts. Text enters the page as text, never as HTML.
(() => {
  'use strict';

  const root = document.documentElement;
  const { find, make, words, address, openSource, closeSource } = window.routewijzer;
  const send = (name, detail) => document.dispatchEvent(new CustomEvent(`routewijzer:${name}`, { detail }));

  function kept(name, value) {
    try {
      if (value !== undefined) localStorage.setItem(`routewijzer-${name}`, value);
      return localStorage.getItem(`routewijzer-${name}`);
    } catch { // a browser may refuse to keep anything
      return null;
    }
  }

  // --- colours ---------------------------------------------------------------------------------------------------

  const darkSystem = matchMedia('(prefers-color-scheme: dark)');

  function colours() {
    const theme = root.dataset.chosen || kept('theme') || (darkSystem.matches ? 'dark' : 'light');
    root.dataset.theme = theme;
    if (document.body && document.body.classList.contains('dark') !== (theme === 'dark')) {
      document.body.classList.toggle('dark', theme === 'dark'); // Gradio's own mark of it
    }
  }

  function switchColours() {
    root.dataset.chosen = root.dataset.theme === 'dark' ? 'light' : 'dark';
    kept('theme', root.dataset.chosen);
    colours();
  }

  // --- language and address --------------------------------------------------------------------------------------

  let language = 'nl';
  const embedded = new URLSearchParams(location.search).get('embed') === '1';
  root.classList.toggle('rw-embed', embedded);

  /** The language of the page is what the visitor chose, whatever Gradio makes of the browser's. */
  function speak(chosen) {
    language = chosen;
    if (root.lang !== language) root.lang = language;
  }

  function switchLanguage(chosen) {
    kept('language', chosen);
    speak(chosen);
    closeSource(false);
    send('language', { language });
  }

  /** Wait until `check` holds, for at most three seconds. */
  async function until(check) {
    for (let turn = 0; turn < 60 && !check(); turn += 1) await new Promise((done) => setTimeout(done, 50));
  }

  /** Once both parts are there: the language that was chosen before, and the question in the address. */
  async function arrive() {
    const asked = new URLSearchParams(location.search);
    if ((asked.get('taal') || kept('language')) === 'en') {
      speak('en');
      send('language', { language });
      await until(() => find('.rw-header').dataset.shown === language);
    }
    openAddress();
    addEventListener('hashchange', openAddress);
    watchAnswer();
    watchToasts();
  }

  /** The answer that the address holds, or else its question. */
  function openAddress() {
    const question = (new URLSearchParams(location.search).get('vraag') || '').trim();
    const token = /^#antwoord=([\w-]+)$/.exec(location.hash)?.[1];
    if (token) send('saved', { token, question });
    else if (question) send('ask', { question, narrowing: '' });
  }

  const waiting = new Set(['header', 'ask']);
  function ready(part) {
    if (waiting.delete(part) && waiting.size === 0) arrive();
  }

  /** The question in the address, and behind it the answer itself with the versions that it is from. */
  function showAddress(question, link) {
    const parts = new URLSearchParams();
    if (question) parts.set('vraag', question);
    if (question && language === 'en') parts.set('taal', 'en');
    if (embedded) parts.set('embed', '1');
    const query = parts.toString();
    const hash = link ? `#antwoord=${link}` : '';
    history.replaceState(history.state, '', `${query ? `?${query}` : location.pathname}${hash}`);
  }

  /** The address of an answer for who keeps it, outside of any frame. */
  function permanent(link) {
    return `${location.origin}${location.pathname}${language === 'en' ? '?taal=en' : ''}#antwoord=${link}`;
  }

  // --- a new answer ----------------------------------------------------------------------------------------------

  let byButton = false; // the question was chosen on the page, and that button is gone now
  let shown = null;
  let linked = '';

  function watchAnswer() {
    const place = find('#rw-newest');
    const look = () => {
      const article = find('.rw-answer', place);
      if (!article) {
        shown = null;
        return;
      }
      const question = article.dataset.question;
      const link = article.dataset.link || '';
      const key = `${article.dataset.turn} ${question}`;
      if (link !== linked) showAddress(question, link);
      linked = link;
      if (key === shown) return;
      shown = key;
      closeSource(false);
      showAddress(question, link);
      if (byButton) focusOn(find('.rw-asked', article));
      byButton = false;
    };
    new MutationObserver(look).observe(place, { childList: true, subtree: true, attributes: true });
    look();
  }

  function focusOn(element) {
    element.focus({ preventScroll: true });
    const { top, bottom } = element.getBoundingClientRect();
    if (top < 0 || bottom > innerHeight - 80) element.scrollIntoView({ block: 'start' });
  }

  function clear() {
    closeSource(false);
    showAddress('', '');
    find('#rw-box textarea').focus();
  }

  // --- copying ----------------------------------------------------------------------------------------------------

  async function copy(button) {
    const done = find('.rw-done', button.parentElement);
    try {
      const text = 'copyLink' in button.dataset ? permanent(linked) : button.dataset.copy;
      const clipboard = isSecureContext && navigator.clipboard;
      // without https there is no clipboard to write to, and in a frame it may be refused
      if (!clipboard || !(await clipboard.writeText(text).then(() => true, () => false))) copyTheOldWay(button, text);
      done.textContent = words().copied;
    } catch {
      done.textContent = words().copy_failed;
    }
  }

  function copyTheOldWay(button, text) {
    const area = make('textarea', { readonly: '', class: 'rw-hidden', 'aria-hidden': 'true' });
    area.value = text;
    document.body.append(area);
    area.select();
    const copied = document.execCommand('copy');
    area.remove();
    button.focus();
    if (!copied) throw new Error('not copied');
  }

  // --- the connection --------------------------------------------------------------------------------------------

  /** What Gradio says in English (hidden) about a lost connection or a failure, in the visitor's language. */
  function watchToasts() {
    const look = async () => {
      find('#rw-trouble')?.remove();
      if (!find('.toast-wrap .toast-body')) return;
      const here = await fetch(address('api/health')).then((reply) => reply.ok, () => false);
      find('#rw-trouble')?.remove();
      document.body.append(make('p', { id: 'rw-trouble', role: 'alert' }, here ? words().failed : words().offline));
    };
    new MutationObserver(look).observe(find('.toast-wrap'), { childList: true });
  }

  // --- one listener for all --------------------------------------------------------------------------------------

  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest('button') : null;
    if (!button) return;
    const { source, ask } = button.dataset;
    if (source) openSource(button, event.detail === 0);
    else if (ask) {
      byButton = true;
      if ('everywhere' in button.dataset) window.routewijzer.widen();
      send('ask', { question: ask, narrowing: window.routewijzer.narrowing() });
    } else if (button.dataset.language) switchLanguage(button.dataset.language);
    else if ('themeSwitch' in button.dataset) switchColours();
    else if ('copy' in button.dataset || 'copyLink' in button.dataset) copy(button);
  });

  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') closeSource(true);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step && event.target instanceof Element && event.target.matches('[role="tab"]')) moveAlong(event.target, step);
  });

  /** From one tab to the next with the arrows, as Gradio's own bar does not. */
  function moveAlong(tab, step) {
    const tabs = [...tab.parentElement.querySelectorAll('[role="tab"]')];
    tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length].focus();
  }

  darkSystem.addEventListener('change', colours);
  document.addEventListener('DOMContentLoaded', () => {
    colours();
    new MutationObserver(colours).observe(document.body, { attributes: true, attributeFilter: ['class'] });
  });
  new MutationObserver(() => speak(language)).observe(root, { attributes: true, attributeFilter: ['lang'] });
  colours();
  Object.assign(window.routewijzer, { ready, clear, kept, permanent, link: () => linked });
})();
