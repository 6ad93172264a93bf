// Packages and build, nothing more: the step that a fresh clone needs before a single check can run.
import { ensureReady } from './setup.mjs';

ensureReady();
