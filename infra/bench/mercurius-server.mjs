// The same schema and the same answers from memory behind mercurius with its JIT: how fast GraphQL on Node can be, with other trade-offs.
import { readFileSync } from 'node:fs';
import Fastify from 'fastify';
import mercurius from 'mercurius';
import { rootsOf } from './memory-roots.mjs';

const [answersFile] = process.argv.slice(2);
const schema = readFileSync(new URL('../../apps/api/schema.graphql', import.meta.url), 'utf8');
const app = Fastify();
await app.register(mercurius, { schema, resolvers: rootsOf(answersFile), jit: 1, graphiql: false, path: '/graphql' });
process.send({ listening: await app.listen({ port: 0, host: '127.0.0.1' }) });
process.once('disconnect', () => app.close());
