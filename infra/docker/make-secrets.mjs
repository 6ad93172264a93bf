// Draws the secrets of docker-compose.yml and infra/k8s into a folder (default: ./secrets), each a file of mode 0600. What is there stays.
// Usage: node infra/docker/make-secrets.mjs [folder]
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2] ?? 'secrets';
mkdirSync(folder, { recursive: true, mode: 0o700 });
const drawn = () => randomBytes(24).toString('hex');

const postgres = secret('postgres-password', drawn);
const database = (name) => () => `postgres://waymark:${postgres}@postgres:5432/${name}`;
secret('events-url', database('waymark_events'));
secret('tables-url', database('waymark_tables'));
secret('keys-url', database('waymark_keys'));

// The nodes take their first passwords from the environment alone.
const settings = () => `KURRENTDB_DEFAULT_ADMIN_PASSWORD=${drawn()}\nKURRENTDB_DEFAULT_OPS_PASSWORD=${drawn()}\n`;
const kurrent = secret('kurrentdb.env', settings);
const [, admin] = /ADMIN_PASSWORD=(\w+)/.exec(kurrent);
const nodes = [1, 2, 3].map((node) => `kurrentdb-${node}:2113`).join(',');
secret('kurrentdb-url', () => `kurrentdb://admin:${admin}@${nodes}?tls=true&tlsCaFile=/certificates/ca/ca.crt`);

// In Kubernetes the nodes are pods of one service; the rest is the same.
const pods = [0, 1, 2].map((pod) => `kurrentdb-${pod}.kurrentdb:2113`).join(',');
secret('kurrentdb-pods-url', () => `kurrentdb://admin:${admin}@${pods}?tls=true&tlsCaFile=/certificates/ca.crt`);

function secret(name, make) {
  const file = join(folder, name);
  if (existsSync(file)) return readFileSync(file, 'utf8');
  const text = make();
  writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
  process.stdout.write(`${file}\n`);
  return text;
}
