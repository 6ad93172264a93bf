// A double of KurrentDB as a process of its own, so that client and server share no thread. Prints its connection string.
import { pathToFileURL } from 'node:url';

const { KurrentDouble } = await import(pathToFileURL(process.argv[2]).href);
const double = await KurrentDouble.start();
process.stdout.write(`${double.directUrl}\n`);
// The end of the input is the end of whoever measures, however it came about.
process.stdin.on('end', () => process.exit()).resume();
