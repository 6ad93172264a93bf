import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type AnyEventCatalogue, EventCatalogue, type Field, personalMembers, unmarkedLeaves } from '@waymark/kernel';

const libs = join(__dirname, '../..');

/** The catalogues of all slices, found by their files, so that none can be forgotten. */
function catalogues(): { file: string; catalogue: AnyEventCatalogue }[] {
  return readdirSync(libs)
    .map((lib) => join(libs, lib, 'src'))
    .flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.events.ts'))
        .map((name) => join(folder, name)),
    )
    .flatMap((file) => {
      const exported = Object.values(require(file) as Record<string, unknown>);
      const found = exported.filter((value): value is EventCatalogue => value instanceof EventCatalogue);
      if (found.length === 0) throw new Error(`${file} exports no catalogue`);
      return found.map((catalogue) => ({ file: file.slice(libs.length + 1), catalogue }));
    });
}

function personalLeaves(fields: Readonly<Record<string, Field<unknown>>>, at = ''): string[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const path = `${at}${name}`;
    if (field.fields !== undefined) return personalLeaves(field.fields, `${path}.`);
    if (field.of !== undefined) return personalLeaves({ '[]': field.of }, path);
    return field.privacy === 'personal' ? [path] : [];
  });
}

describe('personal data in the events of all slices', () => {
  const all = catalogues().flatMap(({ file, catalogue }) =>
    Object.entries(catalogue.types).map(([type, { fields }]) => ({ file, type, fields })),
  );

  it('is looked for in every slice that records', () => {
    const slices = new Set(all.map(({ file }) => file.split('/')[0]));
    expect([...slices]).toEqual(expect.arrayContaining(['exploration', 'identity', 'organisations']));
  });

  it('is marked: each field says whether it is personal', () => {
    const unmarked = all.flatMap(({ type, fields }) => unmarkedLeaves(fields).map((path) => `${type}.${path}`));
    expect(unmarked).toEqual([]);
  });

  it('would be missed if a field did not say so', () => {
    const field: Field<string> = { kind: 'text', check: () => undefined };
    expect(unmarkedLeaves({ a: field, b: { kind: 'record', fields: { c: field }, check: () => undefined } })).toEqual([
      'a',
      'b.c',
    ]);
  });

  it('stands in identity alone, at the top of an event that names the person, where it is sealed', () => {
    for (const { file, type, fields } of all) {
      const personal = personalLeaves(fields);
      expect({ type, personal }).toEqual({ type, personal: personalMembers(fields) });
      if (personal.length === 0) continue;
      expect(file).toMatch(/^identity\//);
      expect(Object.keys(fields)).toContain('personId');
    }
  });
});
