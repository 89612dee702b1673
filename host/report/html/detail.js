// One test: its attempts, what failed, and what it did step by step.

function heading(text) {
  return el('h3', {}, text);
}

function statusBadge(status) {
  return el('span', { class: `badge is-${STATUS_COLORS[status]}` }, STATUS_WORDS[status] || status);
}

function place(item) {
  return item.file ? `${item.file}${item.line ? `:${item.line}` : ''}` : '';
}

/** Two values, with the part marked in which they differ. */
function comparedValues(failure) {
  const { actual = '', expected = '' } = failure;
  if (!actual && !expected) return null;
  let start = 0, end = 0;
  const shorter = Math.min(actual.length, expected.length);
  while (start < shorter && actual[start] === expected[start]) ++start;
  while (end < shorter - start && actual[actual.length - 1 - end] === expected[expected.length - 1 - end]) ++end;
  const isAlike = actual && expected && start + end > 2;
  const marked = (text) => (isAlike
    ? [text.slice(0, start), el('mark', {}, text.slice(start, text.length - end)), text.slice(text.length - end)]
    : [text]);
  const line = (name, text) => text && [el('span', { class: 'dim' }, name), el('pre', {}, marked(text))];
  return el('div', { class: 'values' }, line('actual', actual), line('expected', expected));
}

/** `within`: the attempt or fixture. The message without a first line that names the exchange, where that is shown open below. */
function messageBeyondExchange(failure, within) {
  const { message = '' } = failure;
  const isShown = failure.exchanges_before === within.failures[0].exchanges_before;
  const exchange = isShown && (within.exchanges || [])[(failure.exchanges_before || 0) - 1];
  const [first, ...rest] = message.split('\n');
  return exchange && first === `${exchange.method} ${exchange.url} -> ${exchange.status || 0}` ? rest.join('\n') : message;
}

function failureBox(failure, within) {
  const phase = failure.phase && failure.phase !== 'body' ? `in ${failure.phase}` : '';
  const facts = [place(failure), phase, failure.soft && 'soft: the test went on'].filter(Boolean).join(' · ');
  const message = messageBeyondExchange(failure, within);
  return el('div', { class: 'failure' },
    failure.expression && el('pre', { class: 'expression' }, failure.expression),
    comparedValues(failure),
    message && el('pre', {}, message),
    facts && el('div', { class: 'where mono' }, facts));
}

function endingBox(attempt) {
  const crash = attempt.crash || {};
  const facts = [['in', crash.phase], ['last step', crash.last_step], ['last request', crash.last_request], ['core dump', crash.core]].filter(([, text]) => text);
  const isBad = STATUS_COLORS[attempt.status] === 'failed';
  const says = [attempt.reason !== crash.what && attempt.reason, crash.what].filter(Boolean);
  if (says.length === 0) return null;
  return el('div', { class: isBad ? 'failure' : 'block' }, says.map((text) => el('pre', { class: isBad ? 'expression' : '' }, text)),
    facts.length > 0 && el('dl', { class: 'pairs' }, facts.map(([name, text]) => [el('dt', {}, name), el('dd', { class: 'mono' }, text)])));
}

function stackFrame(frame, index) {
  const where = place(frame) || (frame.module ? `${frame.module}+0x${(frame.offset || 0).toString(16)}` : '');
  return [el('dt', { class: 'mono' }, `#${index}`),
    el('dd', { class: 'mono' }, frame.function || '??', where && [' ', el('span', { class: 'where' }, where)], frame.is_inlined && el('span', { class: 'dim' }, ' inlined'))];
}

function stackList(stacks) {
  if (!stacks) return null;
  return stacks.map((stack, index) => [
    heading(stacks.length === 1 ? 'Stack' : `Stack of ${index === 0 ? 'the main thread' : `thread ${index + 1} (${stack.name || ''})`}`),
    el('dl', { class: 'pairs block stack' }, (stack.frames || []).map(stackFrame)),
    stack.note && el('p', { class: 'dim' }, stack.note)]);
}

function outputBlock(name, output, href) {
  if (!output) return null;
  const gap = output.omitted_bytes ? `\n… ${size(output.omitted_bytes)} left out …\n` : '';
  return [heading(name), el('pre', { class: 'block' }, `${output.head}${gap}${output.tail || ''}`),
    output.file && el('p', { class: 'dim' }, `All of it, ${size(output.total_bytes)}: `, el('code', {}, fileLink(output.file, href)))];
}

function listBlock(name, texts) {
  return texts && texts.length > 0 && [heading(name), texts.map((text) => el('pre', { class: 'block' }, text))];
}

/** What tests attached. Only images that the report holds itself are shown as such; a file is never opened here. */
function attachmentList(attempt) {
  const attachments = attempt.attachments || [];
  return attachments.length > 0 && [heading('Attachments'), attachments.map((each, index) => {
    const { image, text, href } = (attempt.attached || [])[index] || {};
    const type = each.type === 'image/png' ? 'image/png' : 'image/jpeg';
    return el('div', { class: 'block attachment' },
      el('div', {}, el('bdi', {}, each.name), el('span', { class: 'dim' }, ` ${each.type}, ${size(each.bytes)} `),
        href ? el('a', { href, download: each.name, rel: 'noreferrer' }, 'file') : el('code', {}, each.file)),
      image && el('img', { src: `data:${type};base64,${image}`, alt: each.name }),
      text && el('pre', {}, text));
  })];
}

function attemptView(attempt, test) {
  const failed = (attempt.failures || []).map((failure) => failureBox(failure, attempt));
  return [
    el('div', { class: 'facts' }, statusBadge(attempt.status), el('span', {}, duration(attempt.duration_ns)),
      (test.slow_attempts || []).includes(attempt.attempt) && el('span', { class: 'is-flaky', title: 'It ran for longer than reports.slow_after' }, 'slow'),
      attempt.waited_ns > 0 && el('span', {}, `${duration(attempt.waited_ns)} of it waiting`),
      el('span', {}, `worker ${attempt.worker}, slot ${attempt.slot}`), el('span', {}, `at +${duration(attempt.start_ns)}`)),
    endingBox(attempt), failed, stackList(attempt.stacks),
    attempt.brief && el('p', { class: 'dim' }, 'Bodies, headers and output are left out, to keep this file small. The run’s journal has them.'),
    stepList(attempt), listBlock('Notes', attempt.notes), attachmentList(attempt), listBlock('Left behind', attempt.leaked),
    outputBlock('stdout', attempt.stdout, attempt.stdout_href), outputBlock('stderr', attempt.stderr, attempt.stderr_href),
  ];
}

function aboutTest(test) {
  const pairs = [
    ['written in', place(test) && el('code', {}, breakable(place(test)))],
    ['tags', test.tags.length > 0 && test.tags.map((tag) => el('span', { class: 'tag' }, `#${tag}`))],
    ['priority', test.priority !== 'normal' && test.priority],
    ['depends on', test.depends_on && test.depends_on.map((id) => el('div', {},
      testById.has(id) ? el('a', { href: link({ test: id, attempt: '' }) }, id) : id))],
    ['why', (test.outcome === 'skipped' || test.outcome === 'not_run') && test.reason],
  ].filter(([, value]) => value);
  return pairs.length > 0 && el('dl', { class: 'pairs' }, pairs.map(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]));
}

function testDetail(test, state) {
  const attempts = detailsOf(test);
  const chosen = attempts.find((attempt) => String(attempt.attempt) === state.attempt) || attempts[attempts.length - 1];
  return el('section', { class: 'detail panel', id: 'detail', tabindex: '-1', 'aria-label': 'Test' },
    el('div', { class: 'detail-head' },
      el('h2', {}, breakable(test.name), el('div', { class: 'where dim mono' }, breakable(test.id))),
      el('span', { class: `badge is-${test.outcome}` }, OUTCOME_WORDS[test.outcome]),
      el('a', { class: 'close', href: link({ test: '' }), 'aria-label': 'Close', title: 'Close (Esc)' }, '✕')),
    aboutTest(test),
    attempts.length > 1 && el('div', { class: 'attempts' }, attempts.map((attempt) => el('button', {
      class: 'chip', type: 'button', 'aria-pressed': String(attempt === chosen),
      on: { click: () => amend({ attempt: String(attempt.attempt) }) },
    }, `Attempt ${attempt.attempt}: ${STATUS_WORDS[attempt.status] || attempt.status}`))),
    chosen && attemptView(chosen, test),
    el('h3', {}, 'Again'), el('div', { class: 'block' }, copyButton(test.again), el('code', {}, test.again)));
}
