import { randomUUID } from 'node:crypto';
import { civilDateIn, schoolYearOf } from '@waymark/kernel';
import { traceIdOf } from '@waymark/nest-kit';
import { Journey } from './journey.js';
import { Program } from './program.js';
import { type CollectedSpan, SpanCollector } from './span-collector.js';
import { removeFolder, startedFolder } from './started-folder.js';
import { LOCAL_ISSUER } from './tokens.js';

jest.setTimeout(60_000);

let folder: string;
let collector: SpanCollector;
let program: Program;
const journey = new Journey(() => program);
/** What people enter and who they are: none of it may be in a span. */
const entered = {
  name: 'Wilhelmina Xylander',
  email: 'wilhelmina@kent.example',
  phone: '+1 616 555 0177',
  reason: 'The leader was on leave when the survey was filled in.',
  reference: 'handwritten notes of the visit',
};
const today = civilDateIn('America/Detroit', new Date());

beforeAll(async () => {
  folder = await startedFolder();
  collector = await SpanCollector.start();
  program = await Program.start(folder, {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_BSP_SCHEDULE_DELAY: '50' },
  });
}, 240_000);
afterAll(async () => {
  await program.stop();
  collector.close();
  removeFolder(folder);
});

const below = (spans: readonly CollectedSpan[], parent: CollectedSpan) =>
  spans.filter(({ parentSpanId }) => parentSpanId === parent.spanId);
const named = (spans: readonly CollectedSpan[], name: string) => spans.find((span) => span.name === name)!;

describe('the traces of a journey', () => {
  it('lead from the mutation through rights, load, decide and append to the tables, and from the tables back to the command', async () => {
    const { name, email } = entered;
    await journey.run('adam', 'registerPerson', { name, email });
    const isTaken = (span: CollectedSpan, commandId: string) =>
      span.name === 'project' && span.links.some((link) => link.spanId === commandId);
    const commandOf = (all: readonly CollectedSpan[]) => {
      const mutation = all.find((span) => span.name === 'mutation registerPerson');
      return mutation && below(all, mutation).find((span) => span.name === 'command');
    };
    const spans = await collector.until((all) => {
      const command = commandOf(all);
      return command !== undefined && all.some((span) => isTaken(span, command.spanId));
    });
    const mutation = named(spans, 'mutation registerPerson');
    expect(mutation.service).toBe('waymark-api');
    expect(mutation.facts).toMatchObject({ 'waymark.mutation': 'registerPerson', 'waymark.outcome': 'accepted' });
    expect(below(spans, mutation).map((span) => span.name)).toEqual(
      expect.arrayContaining(['rights', 'command', 'tables']),
    );
    const command = commandOf(spans)!;
    expect(below(spans, command).map((span) => span.name)).toEqual(['load', 'decide', 'append']);
    const project = spans.find((span) => isTaken(span, command.spanId))!;
    expect(project.service).toBe('waymark-projector');
    expect(project.links).toContainEqual(expect.objectContaining({ traceId: mutation.traceId }));
    expect(spans.some((span) => span.name === 'store commit' && Number(span.facts['waymark.batch.appends']) >= 1)).toBe(
      true,
    );
  });

  it('go on in the trace of the caller, whose id is recorded as the correlation id', async () => {
    const trace = randomUUID().replaceAll('-', '');
    const body = JSON.stringify({
      query: '{ viewer { id } ask(question: "open-cycles", agency: "ZZ-90") { question } }',
    });
    const authorization = `Bearer ${await program.token('adam')}`;
    await program.send(body, { authorization, traceparent: `00-${trace}-00f067aa0ba902b7-01` });
    const spans = await collector.until((all) => all.some((span) => span.traceId === trace));
    const question = spans.find((span) => span.traceId === trace && span.name === 'question open-cycles')!;
    expect(question.parentSpanId).toBe('00f067aa0ba902b7');
    expect(question.facts).toMatchObject({
      'waymark.rule.id': 'open-cycles',
      'waymark.rule.version': expect.any(Number),
    });
    expect(question.facts['waymark.correlation.trace']).toBe(traceIdOf(trace));
  });

  it('hold nothing that people entered, nothing of who they are, and no other facts than those that are listed', async () => {
    const { name, email, phone, reason, reference } = entered;
    const { entity } = await journey.run<any>('adam', 'registerPerson', {
      name: `${name} junior`,
      email: `j.${email}`,
    });
    await journey.run('adam', 'namePerson', { person: entity.id, name, email, phone });
    await journey.run('adam', 'linkAccount', { person: entity.id, issuer: LOCAL_ISSUER, subject: 'wilhelmina' });
    await journey.run('adam', 'grantRole', { person: entity.id, role: 'DISTRICT_MEMBER', organisation: 'MI-41010' });
    const cells = [{ focusArea: 'LITERACY', answer: 'NEED', strength: 5 }];
    const need = {
      ...{ district: 'MI-41010', schoolYear: schoolYearOf(today), cells, reason },
      source: { kind: 'SURVEY', on: today, reference },
    };
    const asked = await journey.attempt('wilhelmina', 'stateDistrictNeed', need);
    expect(asked.errors.map(({ extensions }) => extensions.code)).not.toContain('UNAUTHENTICATED');
    const refused = await journey.attempt('adam', 'grantRole', {
      person: entity.id,
      role: 'COACH',
      organisation: name,
    });
    expect(refused.userErrors.length + refused.errors.length).toBeGreaterThan(0);
    const denied = await journey.attempt('wilhelmina', 'registerPerson', { name, email });
    expect(denied.errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
    await program.post('adam', '{ ask(question: "needs-by-focus-area", agency: "ZZ-90") { figures { value } } }');
    const isWhole = (all: readonly CollectedSpan[]) =>
      all.some((span) => span.name === 'mutation registerPerson' && span.facts['waymark.outcome'] === 'failed') &&
      all.some((span) => span.name === 'question needs-by-focus-area');
    const spans = await collector.until(isWhole);

    expect(spans.length).toBeGreaterThan(40);
    const wire = collector.bodies.join('\n').toLowerCase();
    const words = [...Object.values(entered), 'xylander', 'wilhelmina', 'adam', entity.id as string, LOCAL_ISSUER];
    for (const word of words) expect(wire).not.toContain(word.toLowerCase());
    const allowed =
      /^(waymark\.(mutation|command|question|rule\.id|rule\.version|outcome|refusal\.code|correlation\.trace|events|batch\.appends|position\.from|position\.to|projections)|error\.type)$/;
    for (const { facts, events } of spans) {
      for (const fact of Object.keys(facts)) expect(fact).toMatch(allowed);
      expect(events).toEqual([]);
    }
  });
});
