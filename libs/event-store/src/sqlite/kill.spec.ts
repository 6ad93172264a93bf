import { join } from 'node:path';
import { killedWriterContract } from '../contract/killed-writer.contract.js';
import { bundledDriver, openSqliteEventStore } from './index.js';

killedWriterContract({
  door: 'sqlite',
  target: (folder) => join(folder, 'events.db'),
  open: (file) => openSqliteEventStore({ file }),
  check(file) {
    const database = bundledDriver(file, { readOnly: true, timeout: 0 });
    expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    database.close();
  },
});
