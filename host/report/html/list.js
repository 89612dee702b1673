// The list of tests and what narrows it down.

const PAGE_ROWS = 200;

function outcomeChips(state) {
  return OUTCOMES.filter((outcome) => counts[outcome] > 0).map((outcome) => {
    const isOn = state.outcome.includes(outcome);
    const next = isOn ? state.outcome.filter((other) => other !== outcome) : [...state.outcome, outcome];
    return el('button', {
      class: 'chip', type: 'button', 'aria-pressed': String(isOn), 'data-outcome': outcome,
      on: { click: () => amend({ outcome: next }) },
    }, el('span', { class: isOn ? '' : `is-${outcome}` }, `${OUTCOME_ICONS[outcome]} `), el('b', {}, counts[outcome]),
    ` ${OUTCOME_WORDS[outcome]}`);
  });
}

function choice(label, value, options, change) {
  const select = el('select', { 'aria-label': label, on: { change: () => change(select.value) } },
    options.map(([key, text]) => el('option', { value: key, selected: key === value }, text)));
  return select;
}

function filterBar(state) {
  const search = el('input', {
    type: 'search', id: 'search', placeholder: 'Search: name, file, tag, cause', 'aria-label': 'Search', value: state.q,
    autocomplete: 'off', spellcheck: 'false', on: { input: () => { clearTimeout(search.timer); search.timer = setTimeout(() => amend({ q: search.value }), 80); } },
  });
  return el('div', { class: 'filters', role: 'search' }, outcomeChips(state), search,
    services.length > 1 && choice('Service', state.service, [['', 'All services'], ...services.map((s) => [s.name, s.name])],
      (service) => amend({ service })),
    tags.length > 0 && choice('Tag', state.tag, [['', 'All tags'], ...tags.map((tag) => [tag, `#${tag}`])],
      (tag) => amend({ tag })),
    choice('Order', state.sort, [['problems', 'Problems first'], ['order', 'As written'], ['slowest', 'Slowest first']],
      (sort) => amend({ sort })));
}

function row(test, state) {
  const why = test.outcome === 'failed' || test.outcome === 'flaky' ? test.cause : test.reason;
  return el('li', {}, el('a', {
    class: 'row', href: link({ test: test.id, attempt: '' }), 'data-test': test.id,
    'aria-current': test.id === state.test ? 'true' : null,
  },
  el('span', { class: `icon is-${test.outcome}`, title: OUTCOME_WORDS[test.outcome] }, OUTCOME_ICONS[test.outcome]),
  el('span', {}, breakable(test.name), test.attempts.length > 1 && el('span', { class: 'tag' }, plural(test.attempts.length, 'attempt')),
    test.slow_attempts && el('span', { class: 'tag is-flaky', title: 'It ran for longer than reports.slow_after' }, 'slow'),
    test.tags.map((tag) => el('span', { class: 'tag' }, el('bdi', {}, `#${tag}`))),
    el('div', { class: 'where' }, breakable(`${test.service}::${test.module}`))),
  el('span', { class: 'number dim' }, test.attempts.length > 0 ? duration(test.duration_ns) : ''),
  why && el('span', { class: `cause is-${test.outcome}` }, el('bdi', {}, why))));
}

/** The rows, of which only as many are made as were scrolled to. */
function testList(state) {
  const found = filtered(state);
  const rows = el('ul', { class: 'rows', id: 'rows' });
  const more = el('div', { class: 'more' });
  let made = 0;
  rows.makeMore = (wanted = made + PAGE_ROWS) => {
    const end = Math.min(found.length, wanted);
    rows.append(...found.slice(made, end).map((test) => row(test, state)));
    made = Math.max(made, end);
    more.textContent = made < found.length ? `${found.length - made} more below` : '';
  };
  rows.makeMore(Math.max(PAGE_ROWS, found.findIndex((test) => test.id === state.test) + 20));
  new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting) && made < found.length) rows.makeMore();
  }, { rootMargin: '800px' }).observe(more);
  const isAll = found.length === tests.length;
  return el('div', { class: 'list' },
    el('p', { class: 'count', id: 'count', 'aria-live': 'polite' }, isAll ? plural(tests.length, 'test') : `${found.length} of ${plural(tests.length, 'test')}`,
      !isAll && el('span', {}, ' · ', el('a', { href: link({ q: '', outcome: [], service: '', tag: '' }) }, 'show all'))),
    found.length > 0 ? rows : el('div', { class: 'panel empty' }, 'No test fits.'), more);
}
