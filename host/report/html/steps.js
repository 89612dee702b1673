// What an attempt did: its steps, each request and answer at its step, failures where they happened.

const PHASES = ['blocked', 'dns', 'connect', 'tls', 'send', 'wait', 'receive'];
const PHASE_WORDS = { blocked: 'rate limit', dns: 'DNS', tls: 'TLS' };

/** Steps, exchanges and failures in the order in which they happened: [{kind, item, depth, start}]. */
function happenings(attempt) {
  const steps = (attempt.steps || []).map((item) => ({ kind: 'step', item, depth: item.depth || 0, start: item.start_ns }));
  const exchanges = (attempt.exchanges || []).map((item, index) => ({ kind: 'exchange', item, index, start: item.start_ns }));
  for (const exchange of exchanges) {
    const around = steps.filter((step) => step.start <= exchange.start &&
      (step.item.duration_ns === undefined || exchange.start <= step.start + step.item.duration_ns));
    exchange.depth = around.length > 0 ? Math.max(...around.map((step) => step.depth)) + 1 : 0;
  }
  const all = [...steps, ...exchanges].sort((a, b) => a.start - b.start || (a.kind === 'step' ? -1 : 1));
  for (const failure of attempt.failures || []) {
    const before = failure.exchanges_before || 0;
    const at = before > 0 ? all.findIndex((each) => each.index === before - 1) : -1;
    const marker = { kind: 'failure', item: failure, depth: at >= 0 ? all[at].depth : 0 };
    if (at >= 0) all.splice(at + 1, 0, marker);
  }
  return all;
}

function headerList(headers) {
  return headers && headers.length > 0 && el('dl', { class: 'headers' },
    headers.map(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]));
}

function isJson(headers) {
  return (headers || []).some(([name, value]) => name.toLowerCase() === 'content-type' && value.includes('json'));
}

/** `href`: of a file that has all of it. */
function bodyBlock(body, bytes, headers, href) {
  if (!body && !href) return null;
  let shown = body;
  if (isJson(headers)) {
    try { shown = JSON.stringify(JSON.parse(body), null, 2); } catch { /* cut, or no JSON: as it is */ }
  }
  const isCut = (bytes || 0) > 16 * 1024;
  return [shown && el('pre', { class: 'block' }, shown, isCut && el('span', { class: 'dim' }, `\n… the beginning of ${size(bytes)}`)),
    href && el('p', { class: 'dim' }, `All of it, ${size(bytes || 0)}: `, el('code', {}, fileLink('', href)))];
}

function phaseChart(exchange) {
  const times = PHASES.map((name) => [name, exchange[`${name}_ns`] || 0]).filter(([, time]) => time > 0);
  if (times.length === 0) return null;
  const whole = times.reduce((sum, [, time]) => sum + time, 0);
  let offset = 0;
  return el('div', { class: 'phases' }, times.map(([name, time]) => {
    const bar = el('span', { class: `phase-${name}`, style: { left: percent(offset, whole), width: percent(time, whole) } });
    offset += time;
    return [el('span', { class: 'dim' }, PHASE_WORDS[name] || name), el('div', { class: 'gantt' }, bar), el('span', { class: 'number' }, duration(time))];
  }));
}

/** What went through a WebSocket. */
function messageList(messages) {
  if (!messages) return null;
  return [el('h4', {}, plural(messages.length, 'message')), messages.map((message) => el('pre', { class: 'block' },
    el('span', { class: 'dim' }, `${message.sent ? 'sent' : 'received'} ${message.kind}, ${size(message.size || 0)}, at +${duration(message.at_ns)}\n`),
    message.kind === 'binary' ? '' : message.body || ''))];
}

function exchangeDetail(exchange, curl) {
  return el('div', { class: 'exchange' },
    exchange.error && el('pre', { class: 'is-failed' }, exchange.error),
    phaseChart(exchange),
    el('h4', {}, `Request: ${exchange.method} ${exchange.url}`), headerList(exchange.request_headers),
    bodyBlock(exchange.request_body, exchange.request_body_size, exchange.request_headers, exchange.request_body_file),
    el('h4', {}, exchange.status ? `Response: ${exchange.status}` : 'No response'), headerList(exchange.response_headers),
    bodyBlock(exchange.response_body, exchange.response_body_size, exchange.response_headers, exchange.response_body_file),
    messageList(exchange.messages),
    curl && [el('h4', {}, 'Again'), el('div', { class: 'block' }, copyButton(curl), el('code', {}, curl))]);
}

/** When it was, in the attempt's time; of a request what each phase took. */
function ganttBar(start, time, attempt, exchange) {
  const whole = attempt.duration_ns;
  const bar = (at, length, color) => el('span', { class: color, style: { left: percent(at, whole), width: percent(length, whole) } });
  if (!exchange) return el('div', { class: 'gantt' }, bar(start, time, 'step-bar'));
  let at = start;
  const phases = PHASES.map((phase) => [phase, exchange[`${phase}_ns`] || 0]).filter(([, length]) => length > 0);
  const told = phases.map(([phase, length]) => `${PHASE_WORDS[phase] || phase} ${duration(length)}`).join(', ');
  return el('div', { class: 'gantt', title: told }, bar(start, time, ''), phases.map(([phase, length]) => {
    const part = bar(at, length, `phase-${phase}`);
    at += length;
    return part;
  }));
}

function stepLine(title, start, time, depth, attempt, exchange) {
  return [el('span', { class: 'title', style: { paddingLeft: `${depth * 18}px` } }, title),
    el('span', { class: 'time number' }, time === undefined ? 'not over' : duration(time)),
    ganttBar(start, time === undefined ? attempt.duration_ns - start : time, attempt, exchange)];
}

/** Which of a request's exchanges it is, where that has several. */
function place(exchange, phase) {
  return [phase, exchange.retry && ` retry ${exchange.retry}`, exchange.redirect && ` redirect ${exchange.redirect}`,
    exchange.http_version && exchange.http_version !== '1.1' && ` HTTP/${exchange.http_version}`].filter(Boolean).join('');
}

function exchangeLine({ item, index, depth }, attempt, isOpen) {
  const isBad = !item.status || item.status >= 400;
  const phase = item.phase && item.phase !== 'body' ? ` (${item.phase})` : '';
  const path = item.url.replace(/^https?:\/\/[^/?#]*/, '') || '/';
  const title = [el('code', {}, `${item.method} ${path}`), el('span', { class: isBad ? 'is-flaky' : 'is-passed' }, ` ${item.status || 'no answer'}`),
    el('span', { class: 'dim' }, place(item, phase))];
  const time = item.total_ns + (item.blocked_ns || 0);
  const details = el('details', { open: isOpen }, el('summary', { class: 'step' }, stepLine(title, item.start_ns, time, depth, attempt, item)));
  const build = () => { if (details.open && details.children.length === 1) details.append(exchangeDetail(item, (attempt.curl || [])[index])); };
  details.addEventListener('toggle', build);
  build();
  return details;
}

/** The exchange that a failure happened at. */
function exchangeToOpen(attempt) {
  const before = ((attempt.failures || [])[0] || {}).exchanges_before || 0;
  return before > 0 ? before - 1 : -1;
}

function stepList(attempt) {
  const all = happenings(attempt);
  if (all.length === 0) return null;
  const open = exchangeToOpen(attempt);
  return [heading('Steps'), el('div', { class: 'steps' }, all.map((each) => {
    if (each.kind === 'exchange') return exchangeLine(each, attempt, each.index === open);
    if (each.kind === 'step') return el('div', { class: 'step' }, stepLine(each.item.title, each.start, each.item.duration_ns, each.depth, attempt));
    const text = each.item.expression || each.item.message || 'failed';
    return el('div', { class: 'step' }, el('span', { class: 'title marker', style: { paddingLeft: `${each.depth * 18}px` } }, `✗ ${text.split('\n')[0]}`));
  }))];
}
