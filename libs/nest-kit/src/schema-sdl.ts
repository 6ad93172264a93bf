import type { DynamicModule, Provider, Type } from '@nestjs/common';
import { MODULE_METADATA } from '@nestjs/common/constants.js';
import { NestFactory } from '@nestjs/core';
import { GraphQLSchemaBuilderModule, GraphQLSchemaFactory } from '@nestjs/graphql';
import { lexicographicSortSchema, printSchema } from 'graphql';

type SliceModule = Type | DynamicModule;

/** The classes that a module provides, by its decorator and by its dynamic part. */
function providedClasses(module: SliceModule): Type[] {
  const dynamic = 'module' in module ? module : undefined;
  const owner = dynamic === undefined ? (module as Type) : dynamic.module;
  const declared = (Reflect.getMetadata(MODULE_METADATA.PROVIDERS, owner) ?? []) as Provider[];
  const providers = [...declared, ...(dynamic?.providers ?? [])];
  return providers.filter((provider): provider is Type => typeof provider === 'function');
}

/** The GraphQL schema of these modules as sorted SDL; builds nothing but the schema, opens neither store nor port. */
export async function printSchemaSdl(modules: readonly SliceModule[]): Promise<string> {
  const resolvers = modules
    .flatMap(providedClasses)
    .filter((provided) => Reflect.hasMetadata('graphql:resolver_type', provided));
  const context = await NestFactory.createApplicationContext(GraphQLSchemaBuilderModule, { logger: false });
  try {
    const schema = await context.get(GraphQLSchemaFactory).create(resolvers);
    return `${printSchema(lexicographicSortSchema(schema))}\n`;
  } finally {
    await context.close();
  }
}
