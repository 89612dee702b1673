// What the run was, from the data in the page. Its members are those of docs/events.md and docs/reports.md.

const OUTCOMES = ['failed', 'flaky', 'passed', 'skipped', 'not_run'];
const OUTCOME_WORDS = { failed: 'failed', flaky: 'flaky', passed: 'passed', skipped: 'skipped', not_run: 'not run' };
const OUTCOME_ICONS = { failed: '✗', flaky: '↻', passed: '✓', skipped: '–', not_run: '○' };
const STATUS_COLORS = {
  passed: 'passed', failed: 'failed', error: 'failed', crashed: 'failed', timed_out: 'failed', skipped: 'skipped',
  interrupted: 'not_run',
};
const STATUS_WORDS = { timed_out: 'timed out' };

const data = JSON.parse(document.getElementById('run').textContent);
const { run, services, tests, workers } = data;
tests.forEach((test, index) => {
  test.index = index;
  test.tags = test.tags || [];
  test.haystack = [test.id, test.file || '', test.cause || '', test.reason || '', ...test.tags].join('\n').toLowerCase();
});
const testById = new Map(tests.map((test) => [test.id, test]));
const counts = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, tests.filter((t) => t.outcome === outcome).length]));
const tags = [...new Set(tests.flatMap((test) => test.tags))].sort();
/** [{test, attempt, worker, slot, start, duration, status}], in order of time. */
const allAttempts = tests.flatMap((test) => test.attempts.map(([attempt, worker, slot, start, time, status]) =>
  ({ test, attempt, worker, slot, start, duration: time, status }))).sort((a, b) => a.start - b.start);

const chunks = new Map();
/** A test's attempts in full. Parsed when first asked for. */
function detailsOf(test) {
  const number = Math.floor(test.index / data.chunk_size);
  if (!chunks.has(number)) chunks.set(number, JSON.parse(document.getElementById(`details-${number}`).textContent));
  return chunks.get(number)[test.index % data.chunk_size];
}

function verdict() {
  const failed = counts.failed;
  if (failed > 0) return { good: false, text: `${failed} of ${plural(tests.length, 'test')} failed` };
  if (run.fail_on_flaky && counts.flaky > 0) return { good: false, text: `${plural(counts.flaky, 'test')} flaky` };
  if (data.fixtures.length > 0) return { good: false, text: 'A fixture failed' };
  if (run.stopped_by) return { good: false, text: `Stopped by ${run.stopped_by}` };
  if (counts.not_run > 0) return { good: false, text: `${plural(counts.not_run, 'test')} not run` };
  if (data.troubles.length > 0 || run.exit_code === 4) return { good: false, text: 'Infrastructure trouble' };
  if (tests.length === 0) return { good: true, text: 'Nothing to run' };
  if (counts.skipped === tests.length) return { good: true, text: 'All tests skipped' };
  return { good: true, text: `All ${plural(tests.length, 'test')} passed` };
}

/** The tests that the state's filters leave, in its order. */
function filtered(state) {
  const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = new Set(state.outcome);
  const found = tests.filter((test) =>
    (wanted.size === 0 || wanted.has(test.outcome)) &&
    (!state.service || test.service === state.service) &&
    (!state.tag || test.tags.includes(state.tag)) &&
    words.every((word) => test.haystack.includes(word)));
  if (state.sort === 'slowest') found.sort((a, b) => b.duration_ns - a.duration_ns || a.index - b.index);
  if (state.sort === 'problems') {
    const rank = (test) => ({ failed: 0, flaky: 1, not_run: 2 })[test.outcome] ?? 3;
    found.sort((a, b) => rank(a) - rank(b) || a.index - b.index);
  }
  return found;
}
