import type { StoredEvent } from '@waymark/kernel';
import { projectionLaws } from '@waymark/read-store/testing';
import { districtRequestCatalogue as catalogue } from './district-request.events.js';
import { districtRequestProjection as projection } from './district-request.projection.js';
import { sampleHistory } from './testing/sample-record.js';

let history: readonly StoredEvent[];
beforeAll(async () => {
  history = await sampleHistory();
});

projectionLaws('district requests', {
  projection,
  catalogue,
  events: () => history.filter((event) => catalogue.has(event.type)),
});
