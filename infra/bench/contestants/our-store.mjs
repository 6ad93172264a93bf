// One of Waymark's own stores as something that is measured.
import { PAGE } from '../measure.mjs';
import { pages } from '../writing.mjs';

export function ourStore(store) {
  return {
    append: (stream, expected, events) => store.append(stream, expected === 0 ? 'NO_STREAM' : expected - 1, events),
    scan: () => pages((after) => store.readAll({ after, limit: PAGE })),
    close: () => store.close(),
  };
}
