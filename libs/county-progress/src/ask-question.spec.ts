import { ForbiddenError, type Organisations } from '@waymark/kernel';
import { idOf } from '@waymark/kernel/testing';
import { type Account, Metrics, type Rights } from '@waymark/nest-kit';
import { AskQuestion, AskQuestionHandler, OpenSources, OpenSourcesHandler } from './ask-question.js';
import { testDesk, type TestDesk } from './testing/desk.js';
import { placed, registered } from './testing/said.js';

const account: Account = { issuer: 'test', subject: 'test', personId: idOf('ada'), grants: [] };
const page = { first: 10, history: false };

describe('asking', () => {
  let open: TestDesk;
  let metrics: Metrics;
  let asked: [string, Organisations][];

  beforeEach(async () => {
    metrics = new Metrics();
    asked = [];
    open = await testDesk([
      registered('a1', 'SERVICE_AGENCY'),
      registered('d1', 'DISTRICT'),
      placed('d1', 'a1', { eff: '2023-07-01' }),
    ]);
  });
  afterEach(async () => {
    metrics.onModuleDestroy();
    await open.close();
  });

  /** Rights that hold for these operations alone. */
  function doors(...allowed: string[]) {
    const rights: Rights = {
      authorise(_account, operation, about) {
        asked.push([operation, about]);
        if (!allowed.includes(operation)) return Promise.reject(new ForbiddenError(`${operation} is missing`));
        return Promise.resolve({ personId: idOf('ada'), role: 'COORDINATOR', organisationId: idOf('a1') });
      },
    };
    return {
      ask: (slug: string) =>
        new AskQuestionHandler(open.desk, rights, metrics).execute(
          new AskQuestion(account, slug, { agency: idOf('a1') }),
        ),
      open: (handle: string) =>
        new OpenSourcesHandler(open.desk, rights).execute(new OpenSources(account, handle, page)),
    };
  }

  it('R-07 needs the right to the question, about the organisation asked about', async () => {
    await expect(doors().ask('silent-districts')).rejects.toThrow(ForbiddenError);
    const answer = await doors('question:silent-districts').ask('silent-districts');
    expect(answer.figures[0]!.value).toBe(1);
    expect(asked).toEqual([
      ['question:silent-districts', { agency: idOf('a1') }],
      ['question:silent-districts', { agency: idOf('a1') }],
    ]);
  });

  it('R-07 a question that shows events needs the right to read events as well', async () => {
    await expect(doors('question:record-history').ask('record-history')).rejects.toThrow('read:events is missing');
    await expect(doors('question:record-history', 'read:events').ask('record-history')).resolves.toBeDefined();
  });

  it('R-07 rights are checked again when sources are opened', async () => {
    const answer = await doors('question:silent-districts').ask('silent-districts');
    const { sources } = answer.figures[0]!;
    await expect(doors('question:silent-districts').open(sources)).rejects.toThrow('read:events is missing');
    await expect(doors('read:events').open(sources)).rejects.toThrow('question:silent-districts is missing');
    const { events } = await doors('question:silent-districts', 'read:events').open(sources);
    expect(events.map(({ event }) => event.type)).toEqual(['OrganisationPlaced']);
  });
});
