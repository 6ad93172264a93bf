import type { DynamicModule, Provider, Type } from '@nestjs/common';
import { MODULE_METADATA } from '@nestjs/common/constants.js';
import { NestFactory } from '@nestjs/core';
import { GraphQLSchemaBuilderModule, GraphQLSchemaFactory } from '@nestjs/graphql';
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';

type SliceModule = Type | DynamicModule;

/** The classes that a module provides, by its decorator and by its dynamic part. */
function providedClasses(module: SliceModule): Type[] {
  const dynamic = 'module' in module ? module : undefined;
  const owner = dynamic === undefined ? (module as Type) : dynamic.module;
  const declared = (Reflect.getMetadata(MODULE_METADATA.PROVIDERS, owner) ?? []) as Provider[];
  const providers = [...declared, ...(dynamic?.providers ?? [])];
  return providers.filter((provider): provider is Type => typeof provider === 'function');
}

/** The GraphQL schema of these modules with what limits read of it; builds nothing but the schema, opens neither store nor port. */
export async function schemaOf(modules: readonly SliceModule[]): Promise<GraphQLSchema> {
  const resolvers = modules
    .flatMap(providedClasses)
    .filter((provided) => Reflect.hasMetadata('graphql:resolver_type', provided));
  const context = await NestFactory.createApplicationContext(GraphQLSchemaBuilderModule, { logger: false });
  try {
    return await context.get(GraphQLSchemaFactory).create(resolvers);
  } finally {
    await context.close();
  }
}

/** A schema as sorted SDL. */
export function schemaSdl(schema: GraphQLSchema): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
