/** What the browser needs of the schema. Shallow enough for the server's limits on depth. */
export const INTROSPECTION = `query Schema {
  __schema {
    queryType { name } mutationType { name }
    types {
      kind name description
      fields(includeDeprecated: true) { name description type { ...Ref } args { name description defaultValue type { ...Ref } } }
      inputFields { name description defaultValue type { ...Ref } }
      enumValues(includeDeprecated: true) { name description }
      possibleTypes { name }
    }
  }
}
fragment Ref on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }`;

/** A type as it is written: [Gate!]! */
export function typeText(ref) {
  if (ref.kind === 'NON_NULL') return `${typeText(ref.ofType)}!`;
  if (ref.kind === 'LIST') return `[${typeText(ref.ofType)}]`;
  return ref.name;
}

/** The name under all lists and exclamation marks. */
export function namedType(ref) {
  return ref.ofType ? namedType(ref.ofType) : ref.name;
}

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** Shows types and their members, searches them, and hands a root field on to be used. */
export class SchemaBrowser {
  constructor(container, search, onUse) {
    this.container = container;
    this.onUse = onUse;
    this.types = new Map();
    this.trail = [];
    search.addEventListener('input', () => this.search(search.value.trim().toLowerCase()));
  }

  load(schema) {
    this.types = new Map(schema.types.map((type) => [type.name, type]));
    this.roots = [
      ['Questions and reads', schema.queryType?.name, 'query'],
      ['Entries', schema.mutationType?.name, 'mutation'],
    ].filter(([, name]) => name);
    this.showRoots();
  }

  fail(reason) {
    this.container.replaceChildren(element('p', {}, `The schema is not shown: ${reason}`));
  }

  showRoots() {
    this.trail = [];
    this.container.replaceChildren(
      ...this.roots.flatMap(([title, name, kind]) => [
        element('h2', {}, title),
        this.list(this.types.get(name).fields, kind),
      ]),
    );
  }

  show(name) {
    const type = this.types.get(name);
    if (type === undefined) return;
    if (this.trail.at(-1) !== name) this.trail.push(name);
    const back = element('button', { type: 'button', onclick: () => this.back() }, '← back');
    const parts = [back, element('h2', {}, type.name), element('p', {}, type.description ?? '')];
    if (type.possibleTypes) parts.push(this.list(type.possibleTypes.map((each) => ({ ...each, type: each }))));
    const members = type.fields ?? type.inputFields ?? type.enumValues;
    if (members) parts.push(this.list(members));
    this.container.replaceChildren(...parts);
    this.container.scrollTop = 0;
  }

  back() {
    this.trail.pop();
    const before = this.trail.at(-1);
    if (before === undefined) this.showRoots();
    else this.show(before);
  }

  search(words) {
    if (words === '') return this.showRoots();
    const found = [];
    for (const type of this.types.values()) {
      if (type.name.startsWith('__')) continue;
      if (type.name.toLowerCase().includes(words)) found.push({ name: type.name, description: type.description, type });
      for (const member of type.fields ?? type.inputFields ?? []) {
        if (member.name.toLowerCase().includes(words)) found.push({ ...member, name: `${type.name}.${member.name}` });
      }
    }
    const shown = found.slice(0, 80);
    const count = element(
      'p',
      {},
      `${found.length} found${found.length > shown.length ? `, ${shown.length} shown` : ''}`,
    );
    this.container.replaceChildren(count, this.list(shown));
  }

  list(members, kind) {
    return element('ul', {}, ...members.map((member) => this.entry(member, kind)));
  }

  entry(member, kind) {
    const line = element('code', {}, member.name);
    if (member.args?.length)
      line.append(`(${member.args.map((arg) => `${arg.name}: ${typeText(arg.type)}`).join(', ')})`);
    if (member.type) {
      const open = () => this.show(namedType(member.type));
      line.append(': ', element('button', { type: 'button', onclick: open }, typeText(member.type)));
    }
    const entry = element('li', {}, line);
    if (kind)
      entry.prepend(
        element('button', { type: 'button', className: 'use', onclick: () => this.onUse(member, kind) }, 'use'),
      );
    if (member.description) entry.append(element('p', {}, member.description));
    for (const arg of member.args ?? []) {
      const open = () => this.show(namedType(arg.type));
      const known = this.types.get(namedType(arg.type));
      if (known?.kind !== 'INPUT_OBJECT') continue;
      entry.append(element('button', { type: 'button', onclick: open }, `${arg.name}: ${known.name}`));
    }
    return entry;
  }
}
