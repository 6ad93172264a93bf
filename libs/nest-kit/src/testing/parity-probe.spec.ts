import { ask, gateApp, ParityProbe } from './index.js';

describe('ParityProbe', () => {
  it('sees each operation answered alike, mutations and failures included', async () => {
    const probe = new ParityProbe();
    const app = await gateApp(probe.observers);
    await ask(app, '{ gates(first: 3) { nodes { name rust load keeper { name } } } }');
    await ask(app, '{ fail(how: "domain") }');
    const build =
      'mutation { buildGate(input: { idempotencyKey: "parity-1", name: "Par", width: 1 }) { entity { name } receipt { position replayed } } }';
    const { body } = await ask(app, build);
    expect(body.data!['buildGate'].receipt.replayed).toBe(false);
    expect(probe.differences).toEqual([]);
    expect(probe.operations).toBe(3);
    await app.close();
  });

  it('notes an answer that differs', async () => {
    const probe = new ParityProbe();
    const app = await gateApp({
      onExecutors: (executors) => {
        const compiled: typeof executors.compiled = async (operation) => ({
          ...(await executors.compiled(operation)),
          data: {},
        });
        probe.observers.onExecutors!({ ...executors, compiled });
      },
      wrapExecutor: probe.observers.wrapExecutor,
    });
    await ask(app, '{ someGates(count: 1) { name } }');
    expect(probe.differences).toEqual([
      {
        operation: '{ someGates(count: 1) { name } }',
        plain: '{"data":{"someGates":[{"name":"Gate 000"}]}}',
        compiled: '{"data":{}}',
      },
    ]);
    await app.close();
  });
});
