import type { DomainEvent } from '@waymark/kernel';
import { projectionLaws, rowsTakenTwice, storeHolding, tablesAfter } from '@waymark/read-store/testing';
import { readTable, type RowOf, rowProjection, rowsOf } from './index.js';
import { rowsOnceProjected } from './testing/tables-after.js';

const boards = readTable({
  name: 'boards',
  columns: { id: { type: 'text' }, title: { type: 'text' }, open: { type: 'boolean' }, labels: { type: 'json' } },
  primaryKey: ['id'],
});
const cards = readTable({
  name: 'cards',
  columns: {
    board: { type: 'text' },
    number: { type: 'integer' },
    text: { type: 'text', nullable: true },
    weight: { type: 'number' },
  },
  primaryKey: ['board', 'number'],
  indexes: [['text']],
});

type BoardEvent =
  | DomainEvent<'BoardOpened', { id: string; title: string; labels: string[] }>
  | DomainEvent<'CardAdded', { board: string; text?: string; weight: number }>
  | DomainEvent<'CardsDoubled', { board: string }>
  | DomainEvent<'CardRemoved', { board: string; number: number }>
  | DomainEvent<'BoardClosed', { id: string }>;

const handles = ['BoardOpened', 'CardAdded', 'CardsDoubled', 'CardRemoved', 'BoardClosed'] as const;

const boardProjection = rowProjection<BoardEvent>({
  name: 'boards',
  version: 1,
  tables: [boards, cards],
  handles,
  keys(event) {
    if (event.type === 'BoardOpened') return [];
    if (event.type === 'BoardClosed')
      return [rowsOf(boards, { id: event.data.id }), rowsOf(cards, { board: event.data.id })];
    return [rowsOf(cards, { board: event.data.board })];
  },
  apply({ type, data }, rows) {
    switch (type) {
      case 'BoardOpened':
        return rows.put(boards, { id: data.id, title: data.title, open: true, labels: data.labels });
      case 'CardAdded': {
        const last = rows.all(cards, { board: data.board }).at(-1)?.number ?? 0;
        const { board, text = null, weight } = data;
        return rows.put(cards, { board, number: last + 1, text, weight });
      }
      case 'CardsDoubled':
        for (const card of rows.all(cards, data)) rows.put(cards, { ...card, weight: card.weight * 2 });
        return;
      case 'CardRemoved':
        return rows.remove(cards, data);
      case 'BoardClosed':
        for (const { board, number } of rows.all(cards, { board: data.id })) rows.remove(cards, { board, number });
        return rows.put(boards, { ...rows.require(boards, { id: data.id }), open: false });
    }
  },
});

const opened = (id: string): BoardEvent => ({
  type: 'BoardOpened',
  data: { id, title: `Board ${id}`, labels: ['new', id] },
});
const added = (board: string, weight = 1, text?: string): BoardEvent => ({
  type: 'CardAdded',
  data: { board, weight, ...(text !== undefined && { text }) },
});

const history: BoardEvent[] = [
  opened('a'),
  opened('b'),
  ...Array.from({ length: 40 }, (_, i) =>
    added(i % 3 === 0 ? 'b' : 'a', i / 4, i % 2 === 0 ? `card "${i}"` : undefined),
  ),
  { type: 'CardRemoved', data: { board: 'a', number: 3 } },
  { type: 'CardRemoved', data: { board: 'a', number: 26 } },
  added('a', 9),
  { type: 'CardsDoubled', data: { board: 'a' } },
  { type: 'CardRemoved', data: { board: 'b', number: 99 } },
  ...Array.from({ length: 70 }, () => added('a', 0.5)),
  { type: 'BoardClosed', data: { id: 'b' } },
  added('b'),
];

const asTheyAre = { decode: <T>(stored: T) => stored } as never;

projectionLaws('boards', { projection: boardProjection, catalogue: asTheyAre, events: history });

describe('a projection over rows', () => {
  it('leaves the rows that the events say, decoded by their columns', async () => {
    const rows = await tablesAfter(boardProjection, [opened('a'), added('a', 2.5, 'first'), added('a')]);
    expect(rows).toEqual({
      boards: [{ id: 'a', title: 'Board a', open: true, labels: ['new', 'a'] }] satisfies RowOf<typeof boards>[],
      cards: [
        { board: 'a', number: 1, text: 'first', weight: 2.5 },
        { board: 'a', number: 2, text: null, weight: 1 },
      ] satisfies RowOf<typeof cards>[],
    });
  });

  it('refuses to read rows that the event did not ask for, even when another event of the batch did', async () => {
    const careless = rowProjection<BoardEvent>({
      ...boardRules,
      keys: (event) => (event.type === 'CardAdded' && event.data.weight === 1 ? [rowsOf(boards, { id: 'a' })] : []),
      apply: (event, rows) => void (event.type === 'CardAdded' && rows.get(boards, { id: 'a' })),
    });
    await expect(tablesAfter(careless, [opened('a'), added('a', 1), added('a', 2)])).rejects.toThrow(
      'CardAdded (position 3): Rows of boards with {"id":"a"} are read, but keys() did not ask for them',
    );
  });

  it('refuses values that do not fit their column, and columns that are not there', async () => {
    const put = (row: object) =>
      tablesAfter(
        rowProjection<BoardEvent>({
          ...boardRules,
          keys: () => [],
          apply: (_, rows) => rows.put(boards, row as never),
        }),
        [opened('a')],
      );
    const row = { id: 'a', title: 't', open: true, labels: [] };
    await expect(put({ ...row, open: 1 })).rejects.toThrow('boards.open does not hold boolean: 1');
    await expect(put({ ...row, title: undefined })).rejects.toThrow('boards.title is missing');
    await expect(put({ ...row, colour: 'red' })).rejects.toThrow('boards has no column colour');
    await expect(put(row)).resolves.toBeDefined();
  });
});

describe('the laws catch a projection that', () => {
  const { catalogue, batchSize } = { catalogue: asTheyAre, batchSize: 7 };

  it('depends on how events fall into batches', async () => {
    const events = await storeHolding(history);
    const faulty = {
      ...boardProjection,
      project: (
        batch: Parameters<typeof boardProjection.project>[0],
        tables: Parameters<typeof boardProjection.project>[1],
      ) => tables.write(boards, [{ id: 'count', title: `${batch.length}`, open: true, labels: [] }]),
    };
    const whole = await rowsOnceProjected({ projection: faulty, catalogue, events, batchSize: 1_000 });
    expect(await rowsOnceProjected({ projection: faulty, catalogue, events, batchSize })).not.toEqual(whole);
  });

  it('keeps something in memory between batches', async () => {
    const events = await storeHolding(history);
    let seen = 0;
    const faulty = rowProjection<BoardEvent>({
      ...boardRules,
      keys: () => [],
      apply: (_, rows) => rows.put(boards, { id: 'count', title: `${(seen += 1)}`, open: true, labels: [] }),
    });
    const once = await rowsOnceProjected({ projection: faulty, catalogue, events, batchSize });
    seen = 0;
    expect(await rowsTakenTwice({ projection: faulty, catalogue, events, batchSize })).not.toEqual(once);
  });
});

const boardRules = { name: 'boards', version: 1, tables: [boards, cards], handles };
