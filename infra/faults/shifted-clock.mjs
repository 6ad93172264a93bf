// Loaded into the program by `--import`: its clock is off by the milliseconds in a file, which is read again at SIGUSR2.
// So the clock of one process is set back while it runs, and that of the machine is left alone.
import { readFileSync } from 'node:fs';

const file = process.env.FAULTS_CLOCK_FILE;
const RealDate = Date;
let offset = 0;
const read = () => (offset = Number(readFileSync(file, 'utf8')));
read();
process.on('SIGUSR2', read);

globalThis.Date = class Date extends RealDate {
  constructor(...parts) {
    super(...(parts.length === 0 ? [RealDate.now() + offset] : parts));
  }

  static now() {
    return RealDate.now() + offset;
  }
};
