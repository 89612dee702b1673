// Who ran what when: a lane a slot.

const LANE = 30;

/** Attempts of a lane as bars; those too narrow to see are drawn as one with their neighbours. */
function barsOf(attempts, scale) {
  const bars = [];
  for (const attempt of attempts) {
    const color = STATUS_COLORS[attempt.status];
    const x = attempt.start * scale, width = Math.max(attempt.duration * scale, 1);
    const last = bars[bars.length - 1];
    if (last && width < 2 && last.width < 12 && x - (last.x + last.width) < 0.5 && last.color === color) {
      last.width = Math.max(last.width, x + width - last.x);
      last.count += 1;
    } else {
      bars.push({ x, width, color, attempt, count: 1 });
    }
  }
  return bars;
}

/** As much of the text as fits: a letter takes some six pixels. */
function fitted(text, width) {
  const letters = Math.floor(width / 6.4);
  return text.length <= letters ? text : `${text.slice(0, Math.max(letters - 1, 0))}…`;
}

function bar({ x, width, color, attempt, count }, lane) {
  const what = count > 1 ? `${plural(count, 'attempt')} from ${attempt.test.id}`
    : `${attempt.test.id}${attempt.attempt > 1 ? `, attempt ${attempt.attempt}` : ''}: ${STATUS_WORDS[attempt.status] || attempt.status}, ${duration(attempt.duration)}`;
  return svg('a', { href: link({ view: 'tests', test: attempt.test.id, attempt: String(attempt.attempt) }) },
    svg('title', {}, `${what}, at +${duration(attempt.start)}`),
    svg('rect', { class: color, x: x.toFixed(2), y: lane * LANE + 5, width: Math.max(width - 0.5, 0.8).toFixed(2), height: LANE - 10, rx: 2 }),
    count === 1 && width > 60 && svg('text', { class: 'inside', x: (x + 6).toFixed(2), y: lane * LANE + LANE / 2 + 4 }, fitted(attempt.test.name, width - 12)));
}

function gridStep(end, width) {
  const wanted = (end / width) * 90;
  let step = 10 ** Math.floor(Math.log10(wanted));
  for (const factor of [2, 2.5, 2]) if (step < wanted) step *= factor;
  return step;
}

function chart(end, slots, width) {
  const scale = width / end, height = slots * LANE;
  const picture = svg('svg', { width, height: height + 22, role: 'img', 'aria-label': 'Timeline of the workers' });
  for (const worker of workers) {
    const left = worker.start_ns * scale, right = (worker.end_ns ?? end) * scale;
    picture.append(svg('rect', { class: 'life', x: left, y: worker.slot * LANE + 2, width: Math.max(right - left, 1), height: LANE - 4, rx: 3 },
      svg('title', {}, `worker ${worker.worker}${worker.pid ? `, process ${worker.pid}` : ''}${worker.ending ? `: ${worker.ending}` : ''}`)));
  }
  const step = gridStep(end, width);
  for (let at = 0; at <= end; at += step) {
    picture.append(svg('line', { class: 'grid', x1: at * scale, x2: at * scale, y1: 0, y2: height }));
    if (width - at * scale > 50) picture.append(svg('text', { x: at * scale + 3, y: height + 15 }, at === 0 ? '0' : duration(at)));
  }
  for (let slot = 0; slot < slots; ++slot) {
    const lane = allAttempts.filter((attempt) => attempt.slot === slot);
    picture.append(...barsOf(lane, scale).map((each) => bar(each, slot)));
  }
  return picture;
}

function timelineView() {
  const end = workers.reduce((last, worker) => Math.max(last, worker.end_ns || 0), Math.max(run.duration_ns || 0, 1));
  const slots = Math.max(run.workers, 1);
  const scroll = el('div', { class: 'scroll' });
  const zoom = el('input', { type: 'range', min: '0', max: '6', step: '0.25', value: '0', 'aria-label': 'Zoom', on: { input: draw } });
  function draw() {
    const width = Math.max((scroll.clientWidth || 800) - 2, 200) * 2 ** Number(zoom.value);
    scroll.replaceChildren(chart(end, slots, Math.min(width, 100000)));
  }
  const names = Array.from({ length: slots }, (_, slot) => {
    const busy = allAttempts.filter((attempt) => attempt.slot === slot).reduce((sum, attempt) => sum + attempt.duration, 0);
    return el('div', { class: 'lane-name' }, `slot ${slot} `, el('span', { class: 'dim number' }, `${Math.round((100 * busy) / end)} %`));
  });
  // Once it is in the page, and has a width.
  queueMicrotask(draw);
  return el('div', { class: 'panel' },
    el('div', { class: 'tools' }, el('h2', {}, 'Workers'), el('label', {}, 'Zoom', zoom),
      el('div', { class: 'legend' }, OUTCOMES.filter((outcome) => outcome !== 'flaky').map((outcome) =>
        el('span', {}, el('i', { class: `fill-${outcome}` }), outcome === 'not_run' ? 'interrupted' : OUTCOME_WORDS[outcome])),
      el('span', {}, '% of the run’s time in tests'))),
    el('div', { class: 'lanes' }, el('div', {}, names, el('div', { class: 'lane-name axis' })), scroll));
}
