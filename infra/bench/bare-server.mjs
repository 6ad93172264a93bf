// The bare handler: Nest on Fastify with the same GraphQL driver over the same schema, whose roots answer from memory. No sign-in, no
// limits, no log, no stores. Run by graphql-js (`plain`) or compiled (`compiled`).
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { CompiledDriver } from '../../dist/libs/nest-kit/src/index.js';
import { rootsOf } from './memory-roots.mjs';

const [mode, answersFile] = process.argv.slice(2);
const graphql = GraphQLModule.forRoot({
  driver: CompiledDriver,
  compiled: mode === 'compiled',
  path: '/graphql',
  typeDefs: readFileSync(new URL('../../apps/api/schema.graphql', import.meta.url), 'utf8'),
  resolvers: rootsOf(answersFile),
  resolverValidationOptions: { requireResolversForResolveType: 'ignore' },
  graphiql: false,
  introspection: false,
  csrfPrevention: true,
  persistedQueries: false,
  preserveHttpStatusForExecutionErrors: false,
  plugins: [ApolloServerPluginCacheControlDisabled()],
});

class BareModule {}
Module({ imports: [graphql] })(BareModule);

const app = await NestFactory.create(BareModule, new FastifyAdapter(), { logger: ['error'], abortOnError: false });
await app.listen(0, '127.0.0.1');
process.send({ listening: await app.getUrl() });
process.once('disconnect', () => app.close());
