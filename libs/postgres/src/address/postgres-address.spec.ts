import { namePostgres, postgresAddress } from './postgres-address.js';

describe('PostgreSQL address', () => {
  it('is taken apart, and shown without its password', () => {
    const address = postgresAddress(
      'postgres://way%40mark:s%2Fecret@db.example.org:5433/mtss?schema=pilot&sslmode=verify-full',
    );
    expect(address).toMatchObject({
      ...{ host: 'db.example.org', port: 5433, user: 'way@mark', password: 's/ecret', database: 'mtss' },
      ...{ schema: 'pilot', tls: 'verify-full' },
    });
    expect(namePostgres(address)).toBe('database mtss at db.example.org:5433');
  });

  it('has the port of PostgreSQL, no TLS and no schema unless it says so', () => {
    expect(postgresAddress('postgresql://waymark@[::1]/mtss')).toMatchObject({
      ...{ host: '::1', port: 5432, password: undefined, schema: undefined, tls: 'disable' },
    });
  });

  it('may be a socket', () => {
    const address = postgresAddress('postgres://waymark@/mtss?host=/run/postgresql');
    expect(address).toMatchObject({ host: '/run/postgresql', database: 'mtss' });
    expect(namePostgres(address)).toBe('database mtss at /run/postgresql');
  });

  it.each([
    ['mysql://a@b/c', 'is not postgres://user:password@host/database'],
    ['postgres//', 'is not a URL'],
    ['postgres://user:secret@host', 'names no database'],
    ['postgres://host/database', 'names no user'],
    ['postgres://user@/database', 'names no host'],
    [
      'postgres://u:secret@h/d?sslmode=prefer',
      'has an sslmode that is none of disable, require, verify-ca, verify-full',
    ],
    ['postgres://u:secret@h/d?schema=A"B', 'has a schema that is not made of at most 48'],
    ['postgres://u:secret%@h/d', 'has a % that stands for no character'],
    ['postgres://u:secret@h/d?timeout=3', 'has an unknown parameter timeout'],
  ])('%s is refused: %s', (url, message) => {
    expect(() => postgresAddress(url)).toThrow(message);
    expect(() => postgresAddress(url)).not.toThrow(/secret/);
  });
});
