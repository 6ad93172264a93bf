import 'reflect-metadata';
import { runProgram } from './program.js';

const code = await runProgram(process.argv.slice(2));
// `start` goes on, or has said itself how it ended.
process.exitCode ??= code;
