// Services, the slowest and the flaky tests, and what kind of run it was.

function testLink(test) {
  return el('a', { href: link({ view: 'tests', test: test.id, attempt: '' }) }, breakable(test.id));
}

function outcomeBar(of) {
  return el('div', { class: 'bar' }, OUTCOMES.filter((outcome) => of[outcome] > 0).map((outcome) =>
    el('span', { class: `fill-${outcome}`, style: { flex: `${of[outcome]} 1 0` }, title: `${of[outcome]} ${OUTCOME_WORDS[outcome]}` })));
}

function servicesCard() {
  const shown = OUTCOMES.filter((outcome) => outcome === 'passed' || counts[outcome] > 0);
  return el('section', { class: 'panel' }, el('h2', {}, 'Services'), el('table', {},
    el('tr', {}, el('th', {}, 'service'), el('th', { class: 'number' }, 'tests'), shown.map((outcome) => el('th', { class: 'number' }, OUTCOME_WORDS[outcome])),
      el('th', { class: 'number' }, 'time'), el('th')),
    services.map((service) => el('tr', {},
      el('td', {}, el('a', { href: link({ view: 'tests', service: service.name, test: '' }) }, el('bdi', {}, service.name))),
      el('td', { class: 'number' }, service.total),
      shown.map((outcome) => el('td', { class: `number ${service[outcome] > 0 ? `is-${outcome}` : 'dim'}` }, service[outcome])),
      el('td', { class: 'number' }, service.duration_ns === undefined ? '' : duration(service.duration_ns)),
      el('td', { class: 'bar-cell' }, outcomeBar(service))))));
}

function slowestCard() {
  const slowest = tests.filter((test) => test.attempts.length > 0).sort((a, b) => b.duration_ns - a.duration_ns).slice(0, 10);
  const longest = slowest.length > 0 ? slowest[0].duration_ns : 0;
  return slowest.length > 0 && el('section', { class: 'panel' }, el('h2', {}, 'Slowest tests'), el('table', {}, slowest.map((test) => el('tr', {},
    el('td', {}, testLink(test)), el('td', { class: 'number' }, duration(test.duration_ns)),
    el('td', { class: 'bar-cell' }, el('div', { class: 'gantt' }, el('span', { style: { left: '0', width: percent(test.duration_ns, longest) } })))))));
}

function flakyCard() {
  const flaky = tests.filter((test) => test.outcome === 'flaky');
  return flaky.length > 0 && el('section', { class: 'panel' }, el('h2', {}, 'Flaky tests'), el('table', {}, flaky.slice(0, 100).map((test) => el('tr', {},
    el('td', {}, testLink(test), el('div', { class: 'dim mono' }, test.cause)),
    el('td', { class: 'number is-flaky' }, `passed at attempt ${test.attempts.length}`)))));
}

/** The packs that its plugins came from; that nobody trusted has signed one is the first thing to know of it. */
function packLines(packs) {
  const trust = { trusted: 'signed', unknown: 'signed by nobody who is trusted', unsigned: 'not signed' };
  return packs.map((pack) => el('div', { title: `sha256:${pack.digest}` }, breakable(`${pack.id} ${pack.version}`), ' by ', breakable(pack.publisher), ', ',
    el('span', { class: pack.trust === 'trusted' ? '' : 'is-failed' }, trust[pack.trust] || pack.trust)));
}

/** Where it ran. */
function environmentPairs() {
  const { name: environment, system, kernel, machine, cpus, memory_kib: memory, packs } = run.environment || {};
  const parts = [machine, cpus && `${cpus} CPUs`, memory && size(memory * 1024)].filter(Boolean);
  return [['environment', environment], ['system', [system, kernel && `Linux ${kernel}`].filter(Boolean).join(', ')], ['machine', parts.join(', ')],
    ['packs', packs && packLines(packs)]];
}

function runCard() {
  const pairs = [
    ['started', new Date(data.start_unix_ms).toLocaleString()],
    ['took', run.is_complete ? `${duration(run.duration_ns)} (${duration(run.work_ns)} of work)` : 'it did not finish'],
    ['workers', run.is_parallel ? run.workers : 'sequential: one worker'],
    ['mode', run.mode], ['isolation', run.isolation],
    ['exit code', run.exit_code], ['stopped by', run.stopped_by],
    ['run', run.run_id], ['e2e-host', run.host_version], ...environmentPairs(),
  ].filter(([, value]) => value !== undefined && value !== '');
  return el('section', { class: 'panel' }, el('h2', {}, 'Run'),
    el('dl', { class: 'pairs' }, pairs.map(([name, value]) => [el('dt', {}, name), el('dd', {}, value)])));
}

/** The services that the run started itself. */
function startedCard() {
  const started = data.started || [];
  const slotOf = (service) => service.slot === undefined ? '' : ` of slot ${service.slot}`;
  const how = (service) => service.pid ? `ready after ${duration(service.duration_ns)}` : 'was running already';
  return started.length > 0 && el('section', { class: 'panel' }, el('h2', {}, 'Started services'), el('table', {}, started.map((service) => el('tr', {},
    el('td', {}, breakable(service.service), slotOf(service), el('div', { class: 'dim mono' }, breakable(service.base_url)),
      service.log && el('div', { class: 'dim mono' }, fileLink(service.log, service.log_href))),
    el('td', { class: service.ending && !service.is_expected ? 'is-failed' : '' }, how(service), service.ending && `, ${service.ending}`)))));
}

function workersCard() {
  const ended = workers.filter((worker) => worker.ending !== undefined);
  const heaviest = [...ended].sort((a, b) => b.max_rss_kib - a.max_rss_kib).slice(0, 10);
  return heaviest.length > 0 && el('section', { class: 'panel' }, el('h2', {}, ended.length > 10 ? 'Heaviest workers' : 'Workers'), el('table', {},
    el('tr', {}, ['worker', 'slot', 'CPU', 'memory'].map((name, i) => el('th', { class: i > 0 ? 'number' : '' }, name)), el('th', {}, 'ending')),
    heaviest.map((worker) => el('tr', {}, el('td', {}, worker.worker), el('td', { class: 'number' }, worker.slot),
      el('td', { class: 'number' }, duration((worker.user_cpu_us + worker.system_cpu_us) * 1000)),
      el('td', { class: 'number' }, size(worker.max_rss_kib * 1024)), el('td', {}, worker.ending)))));
}

function overviewView() {
  return el('div', { class: 'cards' }, servicesCard(), slowestCard(), flakyCard(), runCard(), startedCard(), workersCard());
}
