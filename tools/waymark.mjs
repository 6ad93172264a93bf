#!/usr/bin/env node
// `npx waymark <verb>`: in a checkout it brings packages and build up to date first; an installed package carries its build.
import { pathToFileURL } from 'node:url';
import { ensureReady, program } from './setup.mjs';

ensureReady();
await import(pathToFileURL(program('cli')).href);
