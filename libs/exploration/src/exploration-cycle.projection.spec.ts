import type { StoredEvent } from '@waymark/kernel';
import { projectionLaws } from '@waymark/read-store/testing';
import { explorationCycleCatalogue as catalogue } from './exploration-cycle.events.js';
import { explorationCycleProjection as projection } from './exploration-cycle.projection.js';
import { sampleHistory } from './testing/sample-record.js';

let history: readonly StoredEvent[];
beforeAll(async () => {
  history = await sampleHistory();
});

projectionLaws('cycles', {
  projection,
  catalogue,
  events: () => history.filter((event) => catalogue.has(event.type)),
});
