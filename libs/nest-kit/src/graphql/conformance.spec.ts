import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { serverAudits } from 'graphql-http';
import type { AddressInfo } from 'node:net';
import { gateApp } from '../testing/index.js';

describe('GraphQL over HTTP audits', () => {
  let app: NestFastifyApplication;
  let address = '';
  beforeAll(async () => {
    app = await gateApp();
    await app.listen(0, '127.0.0.1');
    address = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}/graphql`;
  });
  afterAll(() => app.close());

  // A MUST that is missed is an "error", a SHOULD a "warn"; "notice" is a MAY (plain GETs, which we refuse on purpose).
  const audits = serverAudits({ url: () => address });
  it.each(audits.map((audit) => [audit.id, audit.name, audit] as const))('%s %s', async (_id, _name, audit) => {
    const result = await audit.fn();
    if (result.status === 'notice') expect(['5A70', 'D6D5', '6A70']).toContain(audit.id);
    else expect(result).toMatchObject({ status: 'ok' });
  });
});
