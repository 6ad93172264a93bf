#!/usr/bin/env node
// `npx waymark <verb>`: in a checkout it brings packages and build up to date first; an installed package carries its build.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureReady, root } from './setup.mjs';

ensureReady();
await import(pathToFileURL(join(root, 'dist', 'apps', 'cli', 'src', 'main.js')).href);
