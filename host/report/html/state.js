// What is shown, kept in the address behind the `#`, so that it can be bookmarked and sent.

const DEFAULTS = { view: 'tests', q: '', outcome: [], service: '', tag: '', sort: 'problems', test: '', attempt: '' };

function readState() {
  const parameters = new URLSearchParams(location.hash.slice(1));
  const state = { ...DEFAULTS };
  for (const name of Object.keys(DEFAULTS)) if (parameters.has(name)) state[name] = parameters.get(name);
  state.outcome = String(state.outcome).split(',').filter((word) => OUTCOMES.includes(word));
  if (!['tests', 'timeline', 'overview'].includes(state.view)) state.view = 'tests';
  if (!['problems', 'order', 'slowest'].includes(state.sort)) state.sort = 'problems';
  return state;
}

/** The address of the present state with these changes. */
function link(changes) {
  const next = { ...readState(), ...changes };
  if (!next.test) next.attempt = '';
  const parameters = new URLSearchParams();
  for (const [name, usual] of Object.entries(DEFAULTS)) {
    const value = String(next[name]);
    if (value !== String(usual)) parameters.set(name, value);
  }
  return `#${parameters}`;
}

/** Shows something else, as a step that the browser's Back undoes. */
function go(changes) {
  location.hash = link(changes);
}

/** The same without such a step: each letter typed would be one. */
function amend(changes) {
  history.replaceState(null, '', link(changes));
  show();
}
