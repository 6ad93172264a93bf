import { operationFor } from './operation.js';
import { INTROSPECTION, SchemaBrowser } from './schema-browser.js';

const byId = (id) => document.getElementById(id);
const [query, variables, answer, status, token] = ['query', 'variables', 'answer', 'status', 'token'].map(byId);

// The session's storage is gone with the tab; a token never outlives it.
const kept = (name, element, initial) => {
  element.value = sessionStorage.getItem(name) ?? initial;
  element.addEventListener('input', () => sessionStorage.setItem(name, element.value));
};

function set(element, text) {
  element.value = text;
  element.dispatchEvent(new Event('input'));
}

async function send(body) {
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const bearer = token.value.trim().replace(/^Bearer\s+/i, '');
  if (bearer !== '') headers.authorization = `Bearer ${bearer}`;
  const response = await fetch('graphql', { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, text: await response.text() };
}

// randomUUID exists on https and on loopback alone; a server in the own network may be neither.
function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** `newKey()` in the variables stands for a key drawn anew with each run. */
function readVariables() {
  const text = variables.value.trim();
  if (text === '') return {};
  return JSON.parse(text.replaceAll('"newKey()"', () => JSON.stringify(newKey())));
}

function show(text, isWrong) {
  answer.textContent = text;
  answer.classList.toggle('wrong', isWrong);
}

async function run() {
  let given;
  try {
    given = readVariables();
  } catch (error) {
    status.textContent = '';
    show(`The variables are not JSON: ${error.message}`, true);
    return;
  }
  status.textContent = 'running…';
  const started = performance.now();
  try {
    const { status: code, text } = await send({ query: query.value, variables: given });
    status.textContent = `${code} · ${Math.round(performance.now() - started)} ms`;
    const body = JSON.parse(text);
    show(JSON.stringify(body, null, 2), body.errors !== undefined);
  } catch (error) {
    status.textContent = 'failed';
    show(`The server does not answer: ${error.message}`, true);
  }
}

async function loadSchema() {
  const browser = new SchemaBrowser(byId('schema'), byId('search'), (field, kind) => {
    const made = operationFor(browser.types, field, kind);
    set(query, made.query);
    set(variables, made.variables);
    query.focus();
  });
  try {
    const { text } = await send({ query: INTROSPECTION });
    const { data, errors } = JSON.parse(text);
    if (data === undefined) throw new Error(errors[0].message);
    browser.load(data.__schema);
  } catch (error) {
    browser.fail(error.message);
  }
}

async function loadExamples() {
  const examples = await (await fetch('examples.json')).json();
  kept('query', query, examples[0].query);
  kept('variables', variables, examples[0].variables);
  for (const [index, { title }] of examples.entries()) byId('examples').append(new Option(title, index));
  byId('examples').addEventListener('change', (event) => {
    const example = examples[event.target.value];
    if (example === undefined) return;
    set(query, example.query);
    set(variables, example.variables);
  });
}

kept('token', token, '');
byId('run').addEventListener('click', run);
document.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    void run();
  }
});
void loadExamples();
void loadSchema();
