// `npm start`: installs what is missing, builds what is stale, runs the api in this process.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureReady, root } from './setup.mjs';

ensureReady();
await import(pathToFileURL(join(root, 'dist', 'apps', 'api', 'src', 'main.js')).href);
