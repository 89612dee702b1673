// Makes elements. Everything that comes from a run goes in as a text node or an attribute's value, never as markup.

const SVG = 'http://www.w3.org/2000/svg';

/** An element: attributes by name, `on` for listeners, then children: nodes, texts, or nothing (null, false). */
function el(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'on') for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    else if (name === 'style') Object.assign(element.style, value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** 0.4 ms, 950 ms, 1.2 s, 2 m 05 s: as on the console. */
function duration(ns) {
  const ms = Math.max(ns, 0) / 1e6;
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(seconds / 3600)} h ${String(Math.floor(seconds / 60) % 60).padStart(2, '0')} m`;
}

function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  const power = Math.min(Math.floor(Math.log2(bytes) / 10), 3);
  return `${(bytes / 1024 ** power).toFixed(1)} ${['B', 'KiB', 'MiB', 'GiB'][power]}`;
}

function plural(count, word) {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

function percent(part, whole) {
  return whole > 0 ? `${Math.min(100, Math.max(0, (100 * part) / whole)).toFixed(3)}%` : '0%';
}

/** A name, which may be broken behind its parts. */
function breakable(text) {
  const parts = text.split(/(?<=::|[_/.:-])(?=[^_/.:-])/);
  return el('bdi', {}, parts.map((part, index) => [index > 0 && el('wbr'), part]));
}

/** A file beside the page, or else beside the journal, if its path is absolute. Another scheme or machine can't be reached. */
function fileLink(path, href) {
  if (href) return el('a', { href, target: '_blank', rel: 'noreferrer' }, breakable(decodeURIComponent(href.slice(2))));
  if (!/^\/[^/]/.test(path)) return breakable(path);
  return el('a', { href: `file://${path.split('/').map(encodeURIComponent).join('/')}` }, breakable(path));
}

/** A button that puts a text on the clipboard. */
function copyButton(text) {
  const button = el('button', { class: 'copy', type: 'button', on: { click: copy } }, 'copy');
  function copy() {
    const done = () => { button.textContent = 'copied'; };
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(done, () => select(button.nextElementSibling));
    else select(button.nextElementSibling);
  }
  return button;
}

function select(element) {
  getSelection().selectAllChildren(element);
}
