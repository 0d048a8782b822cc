// Runs before the first paint, so that the theme is right from the start. No inline script is allowed on this page.
(() => {
  'use strict';
  const root = document.documentElement;
  const stored = (key, fallback) => { try { return localStorage.getItem(key) ?? fallback; } catch { return fallback; } };
  const store = (key, value) => { try { localStorage.setItem(key, value); } catch { /* a private window keeps nothing */ } };

  // Blazor takes the page's base from here. A <base> element is not allowed by the content security policy.
  Object.defineProperty(document, 'baseURI', { get: () => `${location.origin}/` });

  const dark = matchMedia('(prefers-color-scheme: dark)');
  const applyTheme = () => {
    const chosen = stored('ccr-theme', 'system');
    root.dataset.theme = chosen === 'system' ? (dark.matches ? 'dark' : 'light') : chosen;
    root.dataset.themeChoice = chosen;
  };
  applyTheme();
  dark.addEventListener('change', applyTheme);

  // Times: kept in UTC, shown in the browser's zone, in UTC, or as an age; one switch for all tables and axes.
  const pad = number => String(number).padStart(2, '0');
  const zone = new Intl.DateTimeFormat(undefined, { timeZoneName: 'shortOffset' });
  const offsetOf = at => zone.formatToParts(at).find(part => part.type === 'timeZoneName')?.value.replace('GMT', 'UTC') ?? '';
  // An hour that the clock change repeats is told apart by its offset.
  const otherOffset = at => at.getTimezoneOffset() === new Date().getTimezoneOffset() ? '' : ` ${offsetOf(at)}`;
  const ageOf = at => {
    const seconds = Math.round((Date.now() - at) / 1000), past = Math.abs(seconds);
    const text = past < 60 ? `${past} s` : past < 3600 ? `${Math.floor(past / 60)} min` : past < 172800 ? `${Math.floor(past / 3600)} h` : `${Math.floor(past / 86400)} d`;
    return seconds >= 0 ? `${text} ago` : `in ${text}`;
  };
  const clock = (at, utc, seconds) => utc
    ? `${pad(at.getUTCHours())}:${pad(at.getUTCMinutes())}${seconds ? `:${pad(at.getUTCSeconds())}` : ''}`
    : `${pad(at.getHours())}:${pad(at.getMinutes())}${seconds ? `:${pad(at.getSeconds())}` : ''}`;
  const day = (at, utc) => utc
    ? `${at.getUTCFullYear()}-${pad(at.getUTCMonth() + 1)}-${pad(at.getUTCDate())}`
    : `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
  const times = new Set();
  class Time extends HTMLElement {
    static observedAttributes = ['at', 'form'];
    connectedCallback() { times.add(this); this.attachOnce(); this.render(); }
    disconnectedCallback() { times.delete(this); }
    attributeChangedCallback() { if (this.shadowRoot) this.render(); }
    attachOnce() { if (!this.shadowRoot) this.attachShadow({ mode: 'open' }); }
    render() {
      const at = new Date(this.getAttribute('at'));
      if (isNaN(at)) { this.shadowRoot.textContent = '?'; return; }
      const choice = stored('ccr-times', 'local'), form = this.getAttribute('form'), utc = choice === 'utc';
      const isToday = day(at, utc) === day(new Date(), utc);
      const text = choice === 'relative' && form !== 'axis' ? ageOf(at)
        : form === 'axis' ? clock(at, utc, false)
        : `${isToday ? '' : `${day(at, utc)} `}${clock(at, utc, form === 'second')}${utc ? ' UTC' : otherOffset(at)}`;
      if (this.shadowRoot.textContent !== text) this.shadowRoot.textContent = text;
      this.title = `${day(at, true)} ${clock(at, true, true)} UTC; here ${day(at, false)} ${clock(at, false, true)} ${offsetOf(at)}; ${ageOf(at)}`;
    }
  }
  customElements.define('ccr-time', Time);
  setInterval(() => { if (stored('ccr-times', 'local') === 'relative') times.forEach(time => time.render()); }, 1000);

  const cycle = (key, values, then) => {
    const next = values[(values.indexOf(stored(key, values[0])) + 1) % values.length];
    store(key, next);
    then(next);
  };
  const sayChoice = (id, value) => document.getElementById(id)?.setAttribute('data-choice', value);

  // What is on the screen is old: no word from the server for a minute, or no connection. The server may be gone, so the browser says it.
  let heard = Date.now(), isCut = false, cutAt = 0;
  const judge = () => {
    const isStale = isCut || Date.now() - heard > 60_000;
    if (isStale === ('stale' in root.dataset)) return;
    if (isStale) root.dataset.stale = new Date(heard).toISOString(); else delete root.dataset.stale;
    const said = document.getElementById('stale-since');
    if (said) said.setAttribute('at', new Date(heard).toISOString());
  };
  new MutationObserver(changes => {
    if (changes.some(change => change.target.id === 'strip')) { heard = Date.now(); judge(); }
  }).observe(root, { subtree: true, attributes: true, attributeFilter: ['data-beat'] });
  setInterval(judge, 1000);

  const restore = async () => {
    if (!isCut) return;
    try {
      const answer = await fetch('/alive', { signal: AbortSignal.timeout(3000) });
      if (answer.status === 401) { root.dataset.ended = 'ended'; return; }
      if (answer.ok && !(await Blazor.reconnect())) location.reload();
    } catch {
      root.dataset.ended = Date.now() - cutAt > 10_000 ? 'ended' : '';
    }
    if (isCut) setTimeout(restore, 1000);
  };
  const connectionChanged = event => {
    const state = event.detail.state;
    if (state === 'hide') { isCut = false; delete root.dataset.ended; judge(); return; }
    if (state === 'rejected' || state === 'resume-failed') { location.reload(); return; }
    if (isCut) return;
    isCut = true;
    cutAt = Date.now();
    judge();
    setTimeout(restore, 500);
  };

  // A dialog has the focus in its first field at once, gives it back, and hears Escape from the start. Asked for by the server the focus would come while
  // somebody types, and the rest of the word would go elsewhere.
  const openDialog = () => document.querySelector('.mud-dialog');
  let opener = null;
  new MutationObserver(() => {
    const dialog = openDialog();
    if (dialog && !opener) {
      opener = document.activeElement;
      (dialog.querySelector('select, input, textarea') ?? dialog.querySelector('button'))?.focus();
    } else if (!dialog && opener) {
      if (document.activeElement === document.body) opener.focus();
      opener = null;
    }
  }).observe(root, { subtree: true, childList: true });

  // Keys. No letter does anything that cannot be undone.
  const places = { n: '/', m: '/machines', r: '/results', s: '/sites', v: '/verifications', d: '/dead-letters', a: '/actions' };
  let isGoing = false;
  const step = by => {
    const rows = [...document.querySelectorAll('[data-row] a')];
    if (rows.length === 0) return;
    const at = rows.indexOf(document.activeElement);
    rows[Math.min(rows.length - 1, Math.max(0, at + by))].focus();
  };
  document.addEventListener('keydown', event => {
    const target = event.target;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const dialog = openDialog();
    if (dialog) {
      if (event.key === 'Escape') dialog.querySelector('.mud-button-close')?.click();
      return;
    }
    if (target.closest?.('input, textarea, select, [contenteditable]')) {
      if (event.key === 'Escape' && target.id === 'search') target.blur();
      return;
    }
    if (isGoing) {
      isGoing = false;
      if (places[event.key]) { event.preventDefault(); Blazor.navigateTo(places[event.key]); }
      return;
    }
    if (event.key === '/') { event.preventDefault(); document.getElementById('search')?.focus(); }
    else if (event.key === '?') document.getElementById('help')?.click();
    else if (event.key === 'g') { isGoing = true; setTimeout(() => { isGoing = false; }, 1500); }
    else if (event.key === 'j') step(1);
    else if (event.key === 'k') step(-1);
    else if (event.key === 'f') document.getElementById('freeze')?.click();
  });

  document.addEventListener('click', event => {
    const button = event.target.closest?.('[data-do]');
    if (!button) return;
    if (button.dataset.do === 'theme') cycle('ccr-theme', ['system', 'light', 'dark'], value => { applyTheme(); sayChoice('theme', value); });
    if (button.dataset.do === 'times') cycle('ccr-times', ['local', 'utc', 'relative'], value => { times.forEach(time => time.render()); sayChoice('times', value); });
    if (button.dataset.do === 'copy') navigator.clipboard?.writeText(button.dataset.text ?? location.href);
  });
  document.addEventListener('DOMContentLoaded', () => {
    document.getElementById('components-reconnect-modal').addEventListener('components-reconnect-state-changed', connectionChanged);
    sayChoice('theme', stored('ccr-theme', 'system'));
    sayChoice('times', stored('ccr-times', 'local'));
  });
})();
