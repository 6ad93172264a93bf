import { registerEnumType } from '@nestjs/graphql';

/** A GraphQL enum over a code list; the code is both name and value. */
export function enumOf<const T extends readonly string[]>(
  codes: T,
  name: string,
  description: string,
  meanings: Partial<Record<T[number], string>> = {},
): { readonly [K in T[number]]: K } {
  const members = Object.fromEntries(codes.map((code) => [code, code])) as { readonly [K in T[number]]: K };
  const valuesMap = Object.fromEntries(Object.entries(meanings).map(([code, text]) => [code, { description: text }]));
  registerEnumType(members, { name, description, valuesMap: valuesMap as never });
  return members;
}
