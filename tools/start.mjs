// `npm start`: installs what is missing, builds what is stale, runs the api in this process.
import { pathToFileURL } from 'node:url';
import { ensureReady, program } from './setup.mjs';

ensureReady();
await import(pathToFileURL(program('api')).href);
