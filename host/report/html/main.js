// The page: head, views, keys.

function pageHead() {
  const { good, text } = verdict();
  const facts = [
    `${plural(services.length, 'service')}`, run.is_parallel ? `${plural(run.workers, 'worker')}` : 'sequential',
    `mode ${run.mode}`, `isolation ${run.isolation}`,
    run.is_complete && `${duration(run.duration_ns)} (${duration(run.work_ns)} of work)`, new Date(data.start_unix_ms).toLocaleString(),
  ].filter(Boolean);
  return el('header', {},
    el('div', { class: 'head' }, el('h1', { class: good ? 'is-passed' : 'is-failed' }, `${good ? '✓' : '✗'} ${text}`)),
    el('div', { class: 'facts' }, facts.map((fact) => el('span', {}, fact))), outcomeBar(counts),
    !run.is_complete && el('div', { class: 'warning' }, run.stopped_by ? 'The run did not finish: its host died.' : 'This was made while the run was going on.'),
    data.troubles.map((trouble) => el('div', { class: 'warning' }, el('b', {}, 'Trouble'), el('pre', {}, trouble))),
    data.fixtures.map((fixture) => el('div', { class: 'warning' }, el('b', {}, `${fixture.service} ${fixture.phase} failed`),
      fixture.reason && el('pre', {}, fixture.reason), (fixture.failures || []).map((failure) => failureBox(failure, fixture)),
      stackList(fixture.stacks), outputBlock('stdout', fixture.stdout), outputBlock('stderr', fixture.stderr))));
}

function viewLinks(state) {
  return el('nav', { 'aria-label': 'Views' }, [['tests', 'Tests'], ['timeline', 'Timeline'], ['overview', 'Overview']].map(([view, title]) =>
    el('a', { href: link({ view, test: '' }), 'aria-current': state.view === view ? 'page' : null }, title)));
}

function keyHelp() {
  const key = (name) => el('kbd', {}, name);
  return el('p', { class: 'keys' }, key('/'), ' search  ', key('j'), ' ', key('k'), ' next, previous test  ', key('Esc'), ' close  ',
    key('1'), ' ', key('2'), ' ', key('3'), ' views');
}

const page = document.getElementById('page');
const frame = { head: pageHead(), views: el('div'), filters: el('div'), content: el('div') };
page.append(frame.head, frame.views, frame.filters, frame.content, keyHelp());
document.title = `${verdict().good ? '✓' : '✗'} ${verdict().text}`;

let shown = { list: '', filters: '' };

/** Shows the state that the address names; makes anew only what has changed. */
function show() {
  const state = readState();
  frame.views.replaceChildren(viewLinks(state));
  if (state.view !== 'tests') {
    document.body.classList.remove('shows-detail');
    shown = { list: '', filters: '' };
    frame.filters.replaceChildren();
    frame.content.replaceChildren(state.view === 'timeline' ? timelineView() : overviewView());
    return;
  }
  showFilters(state);
  showTests(state);
}

function showFilters(state) {
  const search = document.getElementById('search');
  const key = JSON.stringify([state.outcome, state.service, state.tag, state.sort, search && search === document.activeElement ? search.value : state.q]);
  if (shown.filters === key && search) return;
  const isTyping = search && search === document.activeElement;
  const at = isTyping ? search.selectionStart : 0;
  frame.filters.replaceChildren(filterBar(state));
  shown.filters = key;
  if (!isTyping) return;
  const again = document.getElementById('search');
  again.focus();
  again.setSelectionRange(at, at);
}

function showTests(state) {
  const key = JSON.stringify([state.outcome, state.service, state.tag, state.sort, state.q]);
  const test = testById.get(state.test);
  let split = frame.content.querySelector('.split');
  if (shown.list !== key || !split) {
    split = el('div', { class: 'split' }, testList(state));
    frame.content.replaceChildren(split);
    shown.list = key;
  }
  split.querySelectorAll('.row[aria-current]').forEach((row) => row.removeAttribute('aria-current'));
  const current = test && [...split.querySelectorAll('.row')].find((row) => row.dataset.test === test.id);
  if (current) {
    current.setAttribute('aria-current', 'true');
  }
  const old = document.getElementById('detail');
  if (old) old.remove();
  split.classList.toggle('has-detail', Boolean(test));
  document.body.classList.toggle('shows-detail', Boolean(test));
  if (test) {
    split.append(testDetail(test, state));
    if (current) reveal(current);
  }
  if (!test && state.test) split.prepend(el('div', { class: 'warning' }, `This run has no test ${state.test}`));
}

/** Scrolls the list, not the page, so that the row is seen. */
function reveal(row) {
  const list = row.closest('.list');
  const top = row.getBoundingClientRect().top - list.getBoundingClientRect().top;
  if (top < 0 || top > list.clientHeight - 60) list.scrollTop += top - list.clientHeight / 3;
}

/** Opens the test that is `by` rows further down. */
function step(by) {
  const rows = document.getElementById('rows');
  if (!rows) return;
  const items = [...rows.querySelectorAll('.row')];
  const at = items.findIndex((row) => row.hasAttribute('aria-current'));
  const next = items[at < 0 ? 0 : at + by];
  if (!next) return;
  if (items.indexOf(next) > items.length - 20) rows.makeMore();
  history.replaceState(null, '', next.getAttribute('href'));
  show();
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isTyping = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
  if (event.key === 'Escape') {
    if (isTyping) event.target.blur();
    else go({ test: '' });
    return;
  }
  if (isTyping) return;
  const actions = {
    '/': () => document.getElementById('search')?.focus(), j: () => step(1), k: () => step(-1),
    1: () => go({ view: 'tests' }), 2: () => go({ view: 'timeline' }), 3: () => go({ view: 'overview' }),
  };
  if (!actions[event.key]) return;
  event.preventDefault();
  actions[event.key]();
});
addEventListener('beforeprint', () => document.getElementById('rows')?.makeMore(Infinity));
addEventListener('hashchange', show);
addEventListener('resize', () => { if (readState().view === 'timeline') show(); });
show();
