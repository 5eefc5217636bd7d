// The key of the programme team, for as long as this page is open: given on one tab, it opens the others too.
// It is kept in this script only, and goes along with each call to this server, which checks it every time.
(() => {
  'use strict';

  let key = '';

  function set(value) {
    if (value === key) return;
    key = value;
    document.dispatchEvent(new CustomEvent('routewijzer:team'));
  }

  window.routewijzer.team = { key: () => key, give: set, take: () => set('') };
})();
